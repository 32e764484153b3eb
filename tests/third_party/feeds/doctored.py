"""Shows that the rules can fail: every change of a good feed below must be refused, for its own reason."""

import re

from fetching import get

QUERY = "?agency=maliyye-nazirliyi&limit=2"
# What is sought in the document, what takes its place once, and what the refusal says.
XML = [
    (r"""<\?xml version="1.0"[^>]*\?>""", '<?xml version="1.0" encoding="iso-8859-1"?>', "says it is in"),
    (r'href="[^"]*" rel="self"', r'href="http://127.0.0.1/other" rel="self"', "calls itself"),
    (r'href="[^"]*" rel="first"', r'href="/other" rel="first"', "no IRI"),
    (r'rel="next"', r'rel="onward"', "not registered"),
    (r'rel="next"', r'rel="first"', "say the same"),
    (r'rel="next"', r'rel="previous"', "page before"),
    (r'rel="next" type="[^"]*"', r'rel="next" type="text/xml"', "has the type"),
    (r"<title>", r"<title>&lt;b&gt;", "has markup"),
    (r"<title>[^<]*</title>", r"", "has 0 of"),
    (r"<title>[^<]*</title>", r"<title> </title>", "is empty"),
]
EXAMPLES = {
    "atom": XML + [
        (r"urn:uuid:[^<]*", "no iri", "no IRI"),
        (r"(<entry>.*?)<id>[^<]*(.*?<entry>.*?<id>)([^<]*)", r"\1<id>\3\2\3", "stands twice"),
        (r"<updated>[^<]*</updated>", r"", "has 0 of"),
        (r"<updated>[^<]*", r"<updated>2026-09-21 14:13:20", "RFC 3339"),
        (r"<updated>[^<]*", r"<updated>2020-01-01T00:00:00Z", "its entries at"),
        (r"(<entry>.*?<updated>)[^<]*", r"\g<1>2000-01-01T00:00:00Z", "before it was published"),
        (r"<author><name>[^<]*</name>", r"<author>", "has 0 of"),
        (r"<author>.*?</author>(.*?<entry>.*?)(?:<author>.*?</author>)+(?=<category)", r"\1", "no author"),
        (r'type="application/json"', r'type="text/html"', "say the same"),
        (r'(<entry>.*?)(<link [^>]*>)', r"\1\2\2", "say the same"),
        (r'(<entry>.*?rel="alternate")', r'\1 type="application/json"', "cannot follow"),
        (r'xml:lang="az"', r'xml:lang="xx-q"', "BCP 47"),
        (r'(<feed[^>]*) xml:lang="az"', r"\1", "BCP 47"),
        (r'<category term="[^"]*"', r"<category", "no term"),
        (r'scheme="[^"]*"', r'scheme="/v1/plans"', "no IRI"),
        (r'content type="html"', r'content type="text"', "is of type"),
        (r"&lt;/p&gt;", r"", "not well formed"),
        (r"&lt;p&gt;", r"&lt;p&gt;&lt;script&gt;&lt;/script&gt;", "has a <script>"),
        (r"&lt;p&gt;", r'&lt;p onclick="x()"&gt;', "has attributes"),
        (r"<entry>", r'<entry><x xmlns="urn:x"/>', "unknown children"),
    ],
    "rss": XML + [
        (r"<link>[^<]*</link>", r"", "has 0 of"),
        (r"<link>[^<]*", r"<link>/", "no IRI"),
        (r"<description>.*?</description>", r"", "has 0 of"),
        (r'version="2.0"', r'version="0.91"', "it is rss"),
        (r' isPermaLink="false"', r"", "claims to be an address"),
        (r"(<guid[^>]*>)[^<]*(.*<guid[^>]*>)([^<]*)", r"\1\3\2\3", "stands twice"),
        (r"<pubDate>[^<]*", r"<pubDate>2026-09-21T14:13:20Z", "RFC 822"),
        (r"<pubDate>Mon", r"<pubDate>Tue", "RFC 822"),
        (r"<lastBuildDate>[^<]*", r"<lastBuildDate>Wed, 01 Jan 2020 00:00:00 +0000", "its items at"),
        (r"<ttl>60", r"<ttl>soon", "ttl is"),
        (r"<language>az", r"<language>xx-q", "BCP 47"),
        (r"<dc:creator>[^<]*</dc:creator>", r"<author>Maliyyə Nazirliyi</author>", "unknown children"),
        (r"<dc:creator>[^<]*", r"<dc:creator>", "is empty"),
        (r'domain="[^"]*"', r'domain="plans"', "no IRI"),
        (r"(<item>.*?)(<description>.*?</description>)(.*?</content:encoded>)", r"\1\3\2", "after the content"),
        (r"(<item>.*?<description>)<!\[CDATA\[", r"\1<![CDATA[a < b & ", "not well formed"),
        (r"<!\[CDATA\[<p>", r"<![CDATA[<iframe></iframe><p>", "has a <iframe>"),
        (r"<item>", r'<item><media:title xmlns:media="http://search.yahoo.com/mrss/"/>', "unknown children"),
    ],
    "feed.json": [
        (r"version/1.1", r"version/1", "the version is"),
        (r'"title":"[^"]*"', r'"title":""', "is empty"),
        (r'"feed_url":"[^"]*"', r'"feed_url":"http://127.0.0.1/other"', "calls itself"),
        (r'"home_page_url":"[^"]*"', r'"home_page_url":"/"', "no IRI"),
        (r'"next_url":"[^"]*"', r'"next_url":"?cursor=x"', "no IRI"),
        (r'"next_url":"[^"]*"', r'"next_url":null', "null stands"),
        (r'("feed_url":)("[^"]*")(.*?"next_url":)"[^"]*"', r"\1\2\3\2", "the page itself"),
        (r'"authors":\[[^]]*\]', r'"authors":[{}]', "an author is"),
        (r'"authors":\[[^]]*\]', r'"authors":["Maliyyə Nazirliyi"]', "an author is"),
        (r'"authors":', r'"author":', "unknown"),
        (r'"language":"az"', r'"language":"xx-q"', "BCP 47"),
        (r'"items":', r'"_items":', "no items"),
        (r'"id":"[^"]*"', r'"id":7', "no text"),
        (r'"id":"[^"]*"(.*"id":)("[^"]*")', r'"id":\2\1\2', "stands twice"),
        (r'"url":"[^"]*"', r'"url":"/v1/measures/1"', "no IRI"),
        (r'"content_html":', r'"_content":', "no content"),
        (r'"content_html":"<p>', r'"content_html":"<p>a & b', "not well formed"),
        (r'"date_published":"[^"]*"', r'"date_published":"2026-09-21"', "RFC 3339"),
        (r'"date_modified":"[^"]*"', r'"date_modified":"2000-01-01T00:00:00Z"', "before it was published"),
        (r'"tags":\[', r'"tags":[1,', "tags are"),
    ],
}


def check(address: str, formats: dict) -> int:
    """Returns how many changed documents were refused."""
    for extension, examples in EXAMPLES.items():
        url = f"{address}.{extension}{QUERY}"
        content_type, good = get(url)
        formats[extension].read(good, url, content_type)
        for sought, instead, reason in examples:
            bad, changes = re.subn(sought, instead, good.decode(), count=1, flags=re.DOTALL)
            assert changes == 1, f"{url}: nothing is like {sought}"
            try:
                formats[extension].read(bad.encode(), url, content_type)
            except AssertionError as refusal:
                assert reason in str(refusal), f"{extension}, {sought}: refused for another reason: {refusal}"
            else:
                raise AssertionError(f"{extension}: {sought} as {instead} was let pass")
    return sum(map(len, EXAMPLES.values()))
