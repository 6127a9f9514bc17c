package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Keyless bundles: our verdict is that of sigstore-java, except where a table says why not. */
class SigstoreJavaPeerTest {
    private static final String TABLE = "/sigstore-java-disagreements.tsv";

    private final Path data = SharedData.require("signatures");

    private byte[] file(JsonNode each, String member) throws IOException {
        return Files.readAllBytes(data.resolve(each.get(member).textValue()));
    }

    private static String text(JsonNode policy, String member) {
        return policy.get(member).textValue();
    }

    private boolean weAccept(JsonNode each) throws IOException {
        JsonNode policy = each.get("policy");
        JsonNode require = each.get("require");
        try {
            VerifiedBundle verified = SigstoreBundles.ours(data.resolve(text(each, "trustedRoot")))
                    .withThresholds(new SigstoreThresholds(
                            require.path("tlog").asInt(1),
                            require.path("timestamps").asInt(1),
                            require.path("sct").asInt(1)))
                    .withClock(Clock.systemUTC())
                    .verify(SigstoreBundle.parse(file(each, "bundle")), file(each, "artifact"));
            CertificateIdentity identity = CertificateIdentity.of(text(policy, "identity"), text(policy, "issuer"));
            for (Map.Entry<String, JsonNode> extension :
                    policy.path("extensions").properties()) {
                identity = identity.withExtension(
                        extension.getKey(), extension.getValue().textValue());
            }
            identity.check(verified);
            if (policy.has("predicateType")) {
                PredicateConditions.ofType(PredicateType.of(text(policy, "predicateType")))
                        .check(verified.statement().orElseThrow());
            }
            return true;
        } catch (EvidenceException e) {
            return false;
        }
    }

    /** Whatever it throws, it has not accepted. */
    private boolean theyAccept(JsonNode each) throws IOException {
        JsonNode policy = each.get("policy");
        byte[] bundle = file(each, "bundle");
        byte[] artifact = file(each, "artifact");
        try {
            SigstoreBundles.verify(
                    SigstoreBundles.theirs(data.resolve(text(each, "trustedRoot"))),
                    SigstoreBundles.options(text(policy, "identity"), text(policy, "issuer")),
                    bundle,
                    artifact);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    private static Map<String, String> table() throws IOException {
        Map<String, String> table = new TreeMap<>();
        try (InputStream in = Objects.requireNonNull(SigstoreJavaPeerTest.class.getResourceAsStream(TABLE))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String[] columns = line.split("\t", -1);
                    assertEquals(3, columns.length, line);
                    assertTrue(columns[2].length() > 10, "says why: " + line);
                    table.put(columns[0], columns[1]);
                }
            }
        }
        return table;
    }

    @Test
    void everyDisagreementOnAKeylessBundleIsExplained() throws IOException {
        Map<String, String> disagreements = new TreeMap<>();
        int compared = 0;
        for (JsonNode each :
                new ObjectMapper().readTree(data.resolve("index.json").toFile()).get("cases")) {
            if (text(each, "type").equals("sigstore-bundle")
                    && each.get("policy").has("identity")) {
                compared++;
                boolean ours = weAccept(each);
                assertEquals(text(each, "expect").equals("accept"), ours, text(each, "id"));
                if (ours != theyAccept(each)) {
                    disagreements.put(text(each, "id"), ours ? "tallyclerk" : "sigstore-java");
                }
            }
        }
        assertTrue(compared > 150, compared + " cases");
        assertEquals(table(), disagreements);
    }
}
