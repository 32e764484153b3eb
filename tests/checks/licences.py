"""Checks that every dependency may be used under a licence on the list below, whatever way its SPDX expression says so."""

import json
import re
import subprocess
import sys

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "OpenSSL",
    "PostgreSQL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
}


def satisfied(expression: str) -> bool:
    """Whether the allowed licences are enough: AND binds closer than OR, and "/" is the old way to write OR."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def either() -> bool:
        answer = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            answer = both() or answer
        return answer

    def both() -> bool:
        answer = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            answer = one() and answer
        return answer

    def one() -> bool:
        name = tokens.pop(0)
        if name == "(":
            answer = either()
            if tokens.pop(0) != ")":
                raise ValueError("a parenthesis is not closed")
            return answer
        if name in {")", "AND", "OR", "WITH"}:
            raise ValueError(f"{name} where a licence should stand")
        name = name.removesuffix("+")  # "or any later version" includes this one
        if tokens and tokens[0] == "WITH":
            tokens.pop(0)
            name = f"{name} WITH {tokens.pop(0)}"
        return name in ALLOWED

    try:
        answer = either()
    except IndexError:
        raise ValueError("it ends too early") from None
    if tokens:
        raise ValueError(f"nothing may follow before {tokens[0]}")
    return answer


def self_test() -> None:
    """The expressions that real packages write, and what the answer must be."""
    for expression, expected in {
        "MIT": True,
        "GPL-3.0-only": False,
        "MIT OR GPL-3.0-only": True,
        "GPL-3.0-only OR MIT": True,
        "MIT AND GPL-3.0-only": False,
        "MIT/Apache-2.0": True,
        "GPL-2.0/AGPL-3.0": False,
        "(MIT OR Apache-2.0) AND Unicode-3.0": True,
        "(MIT OR Apache-2.0) AND GPL-3.0-only": False,
        "MIT OR Apache-2.0 AND GPL-3.0-only": True,
        "GPL-3.0-only AND MIT OR ISC": True,
        "GPL-3.0-only AND (MIT OR ISC)": False,
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only": True,
        "GPL-2.0-only WITH Classpath-exception-2.0": False,
        "Apache-2.0+": True,
        "mit": False,
    }.items():
        assert satisfied(expression) is expected, f"{expression} should be {expected}"
    for expression in ("", "MIT OR", "(MIT", "MIT)", "MIT ISC", "AND MIT", "Apache-2.0 WITH"):
        try:
            satisfied(expression)
        except ValueError:
            continue
        raise AssertionError(f"{expression!r} should be refused")


def objection(package: dict) -> str | None:
    """Why this package may not be used; nothing if it may."""
    expression = package["license"]
    if not expression:
        return "names no licence"
    try:
        return None if satisfied(expression) else f"is under {expression}"
    except ValueError as reason:
        return f"has the licence {expression!r}, which cannot be read: {reason}"


def main() -> int:
    self_test()
    command = ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1", *sys.argv[1:]]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = metadata["packages"]
    if len(packages) < 2:
        print("the list of dependencies is empty", file=sys.stderr)
        return 1
    objections = [(package, reason) for package in packages if (reason := objection(package))]
    for package, reason in objections:
        print(f"{package['name']} {package['version']} {reason}", file=sys.stderr)
    print(f"{len(packages)} packages, {len(objections)} under a licence that is not on the list")
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())
