package dev.tallyclerk.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.ResolvedDigest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustReporterTest {
    private static final Digest DIGEST = Digest.sha256Of(new byte[0]);
    private static final String FINGERPRINT = "ab".repeat(32);
    private static final List<Signer> SIGNERS = List.of(
            new Signer.Key(FINGERPRINT),
            new Signer.Identity("a@example.org", "https://issuer.example.org", Map.of("sourceRepositoryURI", "x")),
            new Signer.Certificate("CN=signer", FINGERPRINT, "ca:acme"),
            new Signer.Role("https://tuf.example.org", "targets", OptionalLong.of(1)),
            new Signer.PolicyAuthor("production"));

    private static Evidence evidence(Evidence.Kind kind, Signer signer) {
        Evidence evidence = Evidence.of(kind, DIGEST, signer, "somewhere\u202e")
                .withSignedAt(Instant.parse("2026-04-01T08:00:00.123Z"))
                .withValidUntil(Instant.parse("2027-04-01T08:00:00Z"))
                .withNotChecked(List.of("a log"));
        return kind == Evidence.Kind.ATTESTATION ? evidence.withPredicateType("https://example.org/v1") : evidence;
    }

    private static TrustResult accepted() {
        List<Evidence> all = new ArrayList<>();
        for (Evidence.Kind kind : Evidence.Kind.values()) {
            SIGNERS.forEach(signer -> all.add(evidence(kind, signer)));
        }
        return new TrustResult(
                new Decision(Decision.Kind.ACCEPTED, List.of("because")),
                Optional.of(ResolvedDigest.of(DIGEST, "rule")),
                "registry.example.org/*",
                all,
                List.of());
    }

    private static TrustResult refused(Decision.Kind kind) {
        return new TrustResult(
                new Decision(kind, List.of("because")),
                Optional.empty(),
                "",
                List.of(),
                Stream.of(EvidenceException.Reason.values())
                        .map(reason -> new RefusedEvidence("somewhere", "a key", reason, "why"))
                        .toList());
    }

    private static String write(TrustReporter reporter, TrustResult result) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reporter.write(result, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] schemaBytes() throws IOException {
        try (InputStream in = TrustReporter.class.getResourceAsStream(TrustReporter.SCHEMA_RESOURCE)) {
            return in.readAllBytes();
        }
    }

    private static boolean isValid(String document) throws IOException {
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(new String(schemaBytes(), StandardCharsets.UTF_8), config);
        return schema.validate(document, InputFormat.JSON).isEmpty();
    }

    @Test
    void everyKindOfResultIsValidByTheSchema() throws IOException {
        for (TrustResult result :
                List.of(accepted(), refused(Decision.Kind.REJECTED), refused(Decision.Kind.INCOMPLETE))) {
            String document = write(TrustReporter.create(), result);
            assertTrue(isValid(document), document);
            String compact = write(TrustReporter.create().withIndentation(false), result);
            assertTrue(isValid(compact), compact);
            assertFalse(compact.contains("\n "), compact);
            assertTrue(compact.chars().allMatch(c -> c < 0x7f), compact);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"schemaVersion\":1 | \"schemaVersion\":2",
                "\"kind\":\"accepted\" | \"kind\":\"ACCEPTED\"",
                "\"kind\":\"accepted\" | \"kind\":\"rejected\"",
                "\"digest\" | \"digst\"",
                "\"kind\":\"NOTARY_TARGET\" | \"kind\":\"TARGET\"",
                "\"predicateType\" | \"type\"",
                "\"signer\" | \"by\"",
                "\"kind\":\"key\" | \"kind\":\"identity\"",
                "\"fingerprint\" | \"print\"",
                "\"issuer\" | \"by\"",
                "\"trustStore\" | \"store\"",
                "\"repository\" | \"url\"",
                "\"policy\":\"production\" | \"name2\":\"production\"",
                "2026-04-01T08 | 2026-13-01T08",
                "\"notChecked\":[\"a log\"] | \"notChecked\":\"a log\""
            })
    void theSchemaRefusesWhatIsNoReport(String part, String broken) throws IOException {
        String document = write(TrustReporter.create().withIndentation(false), accepted());
        assertTrue(document.contains(part), document);
        assertFalse(isValid(document.replace(part, broken)), broken);
    }

    @Test
    void theSchemaListsEveryWord() throws IOException, JsonException {
        byte[] schema = schemaBytes();
        JsonCursor definitions =
                JsonCursor.parse(schema, JsonLimits.ofBytes(schema.length)).required("$defs");
        assertEquals(names(Evidence.Kind.values()), words(definitions, "kind"));
        assertEquals(names(EvidenceException.Reason.values()), words(definitions, "reason"));
    }

    private static Set<String> names(Enum<?>[] values) {
        return Set.copyOf(Stream.of(values).map(Enum::name).toList());
    }

    private static Set<String> words(JsonCursor definitions, String name) throws JsonException {
        List<String> words = new ArrayList<>();
        for (JsonCursor word : definitions.required(name).required("enum").elements()) {
            words.add(word.string());
        }
        return Set.copyOf(words);
    }
}
