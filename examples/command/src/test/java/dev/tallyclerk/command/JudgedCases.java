package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists of cases for {@code trust judge}, and what it must say of them. */
final class JudgedCases {
    private static final String WORKFLOW =
            "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";
    private static final String DIGEST = "sha256:3bcd92dfe89e6e9a4aa8b1f69e00c884de1fb45f8f9f720070e48ae8888b8b61";

    private JudgedCases() {}

    /** {@return the lists of cases that lie in the project} */
    static List<Path> copied() throws IOException {
        Path resources = ProjectFiles.root().resolve("trust/src/test/resources");
        return List.of(
                resources.resolve("testdata/sigstore/index.json"),
                resources.resolve("dev/tallyclerk/trust/notation/cases/index.json"));
    }

    /** Writes a list with the copied images of cosign, accepted and refused. */
    static Path writeImages(Path folder) throws IOException {
        Path data = ProjectFiles.root().resolve("trust/src/test/resources/testdata/cosign");
        String identity = "{\"identity\": \"" + WORKFLOW + "\", \"issuer\": \"" + ISSUER + "\"%s}";
        String other = identity.replace("v1.4.0", "v1.4.1");
        String provenance = ", \"predicateType\": \"https://slsa.dev/provenance/v1\"";
        String trust = """
                "trust": {"fulcio": "%1$s/fulcio.pem", "rekor": "%1$s/rekor.pub", "ctlog": "%1$s/ctlog.pub"}""".formatted(data);
        String root = "\"trustedRoot\": \"" + data.resolve("trusted_root.json") + "\"";
        List<String> cases = new ArrayList<>();
        cases.add(image(data, "app", "sig-key", "{\"key\": \"" + data.resolve("made.pub") + "\"}", "accept", ""));
        cases.add(image(data, "app", "sig-key", "{\"key\": \"" + data.resolve("cosign.pub") + "\"}", "refuse", ""));
        cases.add(image(data, "keyless-ok", "sig-keyless", identity.formatted(""), "accept", trust));
        cases.add(image(data, "keyless-ok", "sig-keyless", other.formatted(""), "refuse", trust));
        cases.add(image(data, "bundle-att-ok", "bundle-att", identity.formatted(provenance), "accept", root));
        cases.add(image(data, "bundle-att-ok", "bundle-att", other.formatted(provenance), "refuse", root));
        return Files.writeString(folder.resolve("index.json"), "{\"cases\": [" + String.join(",\n", cases) + "]}");
    }

    private static String image(Path data, String layout, String mode, String policy, String expect, String more) {
        return "{\"id\": \"%s %s\", \"type\": \"cosign-image\", \"layout\": \"%s\", \"image\": \"1.0\", \"digest\": \"%s\","
                        .formatted(layout, expect, data.resolve(layout), DIGEST)
                + " \"mode\": \"%s\", \"policy\": %s, \"expect\": \"%s\"%s}"
                        .formatted(mode, policy, expect, more.isEmpty() ? "" : ", " + more);
    }

    /** {@return what is expected of each case, by its id} */
    static Map<String, String> expected(Path index) throws IOException, JsonException {
        JsonCursor document = JsonCursor.parse(Files.readAllBytes(index), JsonLimits.ofBytes(64 << 20));
        Map<String, String> expected = new LinkedHashMap<>();
        for (JsonCursor each : document.required("cases").elements()) {
            expected.put(
                    each.required("id").string(),
                    each.required("expect").string().replaceFirst("(?i)^(accept|refuse|skip).*", "$1"));
        }
        return expected;
    }

    /** Asserts that a judge printed a line for each case, with the verdict that is expected. */
    static void assertVerdicts(Path index, String printed) throws IOException, JsonException {
        Map<String, String> judged = new LinkedHashMap<>();
        for (String line : printed.lines().toList()) {
            String[] columns = line.split("\t", -1);
            assertEquals(3, columns.length, line);
            judged.put(columns[0], columns[1]);
            assertFalse(columns[2].isBlank(), line);
            assertTrue(!columns[1].equals("refuse") || columns[2].matches("[A-Z][A-Z_]+: .+"), line);
        }
        Map<String, String> wrong = new LinkedHashMap<>(expected(index));
        assertEquals(List.copyOf(wrong.keySet()), List.copyOf(judged.keySet()));
        wrong.entrySet().removeIf(each -> each.getValue().equals(judged.get(each.getKey())));
        assertEquals(Map.of(), wrong, "the verdicts that were expected and not given");
    }
}
