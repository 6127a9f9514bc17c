package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {
    private static final String ZEROS = "0".repeat(64);
    static final Digest DIGEST = Digest.parse("sha256:" + ZEROS);
    private static final String SUBJECT = "{\"name\":\"shop\",\"digest\":{\"sha256\":\"" + ZEROS + "\"}}";

    /** {@return a statement about {@link #DIGEST}} */
    static String json(String predicateType, String predicate) {
        return json("https://in-toto.io/Statement/v1", SUBJECT, predicateType, predicate);
    }

    private static String json(String type, String subjects, String predicateType, String predicate) {
        return "{\"_type\":\"" + type + "\",\"subject\":[" + subjects + "],\"predicateType\":\"" + predicateType
                + "\",\"predicate\":" + predicate + "}";
    }

    static Statement parse(String json) throws EvidenceException {
        return Statement.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Reason refusal(String json) {
        return assertThrows(EvidenceException.class, () -> parse(json)).reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"})
    void readsBothVersions(String type) throws EvidenceException {
        Statement statement = parse(json(type, SUBJECT, "https://a.test/t", "{\"b\":1.0,\"a\":[null]}"));
        assertEquals("https://a.test/t", statement.predicateType());
        assertEquals(Optional.of("{\"b\":1.0,\"a\":[null]}"), statement.predicateJson());
        assertEquals(1, statement.subjects().size());
        assertEquals("shop", statement.subjects().get(0).name());
        assertEquals(Map.of("sha256", ZEROS), statement.subjects().get(0).digests());
    }

    /** No peer looks at the type. */
    @ParameterizedTest
    @ValueSource(strings = {"https://in-toto.io/Statement/v2", "https://in-toto.io/Statement/v0.2", "", "x"})
    void refusesAStatementOfAnotherType(String type) {
        assertEquals(Reason.UNSUPPORTED, refusal(json(type, SUBJECT, "t", "{}")));
    }

    @Test
    void findsASubjectByAlgorithmAndValue() throws EvidenceException {
        String ones = "1".repeat(64);
        Statement statement = parse(json(
                "https://in-toto.io/Statement/v1",
                "{\"digest\":{\"sha512\":\"" + ones + "\"}},{\"name\":\"b\",\"digest\":{\"sha1\":\"x\",\"sha256\":\""
                        + ones + "\"},\"annotations\":{\"env\":\"prod\",\"n\":1}}",
                "t",
                "{}"));
        Statement.Subject found =
                statement.subject(Digest.parse("sha256:" + ones)).orElseThrow();
        assertEquals("b", found.name());
        assertEquals(Map.of("env", "prod"), found.annotations());
        assertTrue(statement.subject(DIGEST).isEmpty());
        assertTrue(statement
                .subject(new Digest(DigestAlgorithm.of("sha512"), "1".repeat(128)))
                .isEmpty());
    }

    @Test
    void refusesAStatementAboutNothing() {
        assertEquals(Reason.SUBJECT_MISMATCH, refusal(json("https://in-toto.io/Statement/v1", "", "t", "{}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"don't\"",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":1}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}]}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":{},\"predicateType\":\"t\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[1],\"predicateType\":\"t\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":1}}],"
                        + "\"predicateType\":\"t\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"Digest\":{}}],\"predicateType\":\"t\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"annotations\":[]}],"
                        + "\"predicateType\":\"t\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"t\","
                        + "\"PredicateType\":\"u\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"t\","
                        + "\"predicateType\":\"u\"}",
            })
    void refusesWhatIsNoStatement(String json) {
        assertEquals(Reason.MALFORMED, refusal(json));
    }

    @Test
    void hasNoPredicateIfItIsAbsentOrNull() throws EvidenceException {
        assertEquals(
                Optional.empty(),
                parse("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"t\"}")
                        .predicateJson());
        assertEquals(Optional.empty(), parse(json("t", "null")).predicateJson());
        assertEquals(
                new Predicate.Other(Optional.empty()), parse(json("t", "null")).predicate());
    }

    @Test
    void refusesMoreThan1024Subjects() throws EvidenceException {
        String many = String.join(",", Collections.nCopies(1_024, "{}"));
        assertEquals(
                1_024,
                parse(json("https://in-toto.io/Statement/v1", many, "t", "{}"))
                        .subjects()
                        .size());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(json("https://in-toto.io/Statement/v1", many + ",{}", "t", "{}")));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(json("https://in-toto.io/Statement/v1", "{},".repeat(100_000) + "{}", "t", "{}")));
    }

    @Test
    void refusesDeepPredicates() {
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(json("t", "[".repeat(5_000) + "]".repeat(5_000))));
    }
}
