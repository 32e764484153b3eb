// Pages through a list with types that were generated from the OpenAPI document; compiled strictly, then run.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Measure = components["schemas"]["Measure"];

const service = process.argv[2] ?? "http://127.0.0.1:8080";
const client = createClient<paths>({
  baseUrl: service,
  querySerializer: { array: { style: "form", explode: false } },
});

async function measures(plan: string[]): Promise<Measure[]> {
  const found: Measure[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { data, error } = await client.GET("/v1/measures", {
      params: { query: { plan, limit: 20, sort: ["plan_id", "-number"], ...(cursor === undefined ? {} : { cursor }) } },
    });
    if (error) {
      throw new Error(error.detail);
    }
    found.push(...data.data);
    if (data.meta.next_cursor === null) {
      if (found.length !== data.meta.total) {
        throw new Error(`${found.length} of ${data.meta.total} measures were read`);
      }
      return found;
    }
    cursor = data.meta.next_cursor;
  }
}

const found = await measures(["az-nap-2016-2018", "az-nap-2020-2022"]);
const titles: string[] = found.map((measure) => measure.title);
const levels: (components["schemas"]["Completion"] | null)[] = found.map((measure) => measure.completion_self_reported);
const { error } = await client.GET("/v1/measures", {
  // @ts-expect-error a word that is not on the list is refused by the compiler, and by the service
  params: { query: { completion_self_reported: ["finished"] } },
});
const wrong: components["schemas"]["WrongParameter"] | undefined = error?.errors?.[0];
if (error?.status !== 400 || wrong?.code !== "unknown_value" || wrong.value !== "finished") {
  throw new Error("a wrong word was taken, or not told by its code");
}
const { data: table } = await client.GET("/v1/measures.csv", { parseAs: "text", params: { query: { fields: ["id"] } } });
if (!table?.startsWith("id")) {
  throw new Error("the CSV file was not read");
}
console.log(`${titles.length} measures, ${levels.filter((level) => level !== null).length} with a level`);
