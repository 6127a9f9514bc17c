package dev.tallyclerk.trust.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.notation.NotationLevel.Action;
import dev.tallyclerk.trust.notation.NotationLevel.Validation;
import dev.tallyclerk.trust.notation.NotationStatement.TimestampCheck;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotationTrustPolicyTest {
    private static final String STATEMENT = "{'name':'p','registryScopes':['*'],"
            + "'signatureVerification':{'level':'strict'},'trustStores':['ca:acme'],'trustedIdentities':['*']}";

    private static final String POLICY = "{'version':'1.0','trustPolicies':[" + STATEMENT + "]}";

    private static NotationTrustPolicy parse(String policy) throws EvidenceException {
        return NotationTrustPolicy.parse(policy.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Reason refusal(String policy) {
        return assertThrows(EvidenceException.class, () -> parse(policy)).reason();
    }

    @Test
    void readsEveryMember() throws EvidenceException {
        NotationTrustPolicy policy = parse("{'version':'1.0','trustPolicies':[{'name':'releases',"
                + "'registryScopes':['registry.test/acme/shop','registry.test:5000/acme/web'],"
                + "'signatureVerification':{'level':'permissive','verifyTimestamp':'afterCertExpiry',"
                + "'override':{'authenticity':'log','authenticTimestamp':'enforce','revocation':'skip'}},"
                + "'trustStores':['ca:acme','tsa:acme'],"
                + "'trustedIdentities':['x509.subject: C=US, ST=WA, O=Acme']}]}");

        NotationStatement statement = policy.statements().get(0);
        assertEquals("releases", statement.name());
        assertEquals(List.of("registry.test/acme/shop", "registry.test:5000/acme/web"), statement.registryScopes());
        assertEquals("permissive", statement.level().name());
        assertEquals(Action.LOG, statement.level().action(Validation.AUTHENTICITY));
        assertEquals(Action.ENFORCE, statement.level().action(Validation.AUTHENTIC_TIMESTAMP));
        assertEquals(Action.LOG, statement.level().action(Validation.EXPIRY));
        assertEquals(Action.SKIP, statement.level().action(Validation.REVOCATION));
        assertEquals(TimestampCheck.AFTER_CERT_EXPIRY, statement.timestampCheck());
        assertEquals(List.of("ca:acme", "tsa:acme"), statement.trustStores());
        assertEquals(List.of("x509.subject: C=US, ST=WA, O=Acme"), statement.trustedIdentities());
    }

    @ParameterizedTest
    @CsvSource({
        "strict, ENFORCE, ENFORCE, ENFORCE, ENFORCE",
        "permissive, ENFORCE, LOG, LOG, LOG",
        "audit, LOG, LOG, LOG, LOG",
    })
    void aLevelSaysWhatIsEnforced(String name, Action authenticity, Action expiry, Action timestamp, Action revocation)
            throws EvidenceException {
        NotationLevel level =
                parse(POLICY.replace("strict", name)).statements().get(0).level();
        assertEquals(
                List.of(authenticity, expiry, timestamp, revocation),
                List.of(
                        level.action(Validation.AUTHENTICITY),
                        level.action(Validation.EXPIRY),
                        level.action(Validation.AUTHENTIC_TIMESTAMP),
                        level.action(Validation.REVOCATION)));
        assertEquals(TimestampCheck.ALWAYS, parse(POLICY).statements().get(0).timestampCheck());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'version':'1.0'|'version':'1.1'|UNSUPPORTED",
                "'version':'1.0'|'version':1.0|MALFORMED",
                "'version':'1.0',||MALFORMED",
                "'version':|'Version':'1.0','version':|MALFORMED",
                "'version':|'version':'1.0','version':|MALFORMED",
                "'version':|'more':1,'version':|MALFORMED",
                "'strict'|'paranoid'|UNSUPPORTED",
                "'strict'|'Strict'|UNSUPPORTED",
                "'strict'|'skip'|MALFORMED",
                "'strict'|'strict','override':{'integrity':'log'}|MALFORMED",
                "'strict'|'strict','override':{'expiry':'skip'}|MALFORMED",
                "'strict'|'strict','override':{'authenticity':'skip'}|MALFORMED",
                "'strict'|'strict','override':{'expiry':'ignore'}|MALFORMED",
                "'strict'|'strict','override':{'expired':'log'}|MALFORMED",
                "'strict'|'strict','overrides':{}|MALFORMED",
                "'strict'|'strict','verifyTimestamp':'never'|MALFORMED",
                "'name':'p'|'name':''|MALFORMED",
                "'name':'p',||MALFORMED",
                "'name':'p'|'name':'p','comment':'x'|MALFORMED",
                "'registryScopes':['*'],||MALFORMED",
                "['*'],'sig|[],'sig|MALFORMED",
                "['*'],'sig|['*','*'],'sig|MALFORMED",
                "['*'],'sig|['registry.test/a','*'],'sig|MALFORMED",
                "['*'],'sig|['registry.test/a','registry.test/a'],'sig|MALFORMED",
                "['*'],'sig|['registry.test/*'],'sig|MALFORMED",
                "['*'],'sig|['registry.test/a:1'],'sig|MALFORMED",
                "['*'],'sig|['alpine'],'sig|MALFORMED",
                "['*'],'sig|[''],'sig|MALFORMED",
                "['*'],'sig|['registry.test/A'],'sig|MALFORMED",
                "['ca:acme']|[]|MALFORMED",
                "['ca:acme']|['ca:acme','ca:acme']|MALFORMED",
                "['ca:acme']|['acme']|MALFORMED",
                "['ca:acme']|['CA:acme']|MALFORMED",
                "['ca:acme']|['ca:']|MALFORMED",
                "['ca:acme']|['ca:..']|MALFORMED",
                "['ca:acme']|['ca:.']|MALFORMED",
                "['ca:acme']|['ca:a/b']|MALFORMED",
                "'trustStores':['ca:acme'],||MALFORMED",
                "'trustedIdentities':['*']|'trustedIdentities':[]|MALFORMED",
                ",'trustedIdentities':['*']||MALFORMED",
                "'trustedIdentities':['*']|'trustedIdentities':['*','*']|MALFORMED",
                "'trustedIdentities':['*']|'trustedIdentities':['x509.subject: C=US, ST=WA']|MALFORMED",
                "'trustedIdentities':['*']|'trustedIdentities':['x509.san: a']|MALFORMED",
                "'trustedIdentities':['*']|'trustedIdentities':['x509.subject: C=US, C=US, ST=WA, O=A']|MALFORMED",
            })
    void refusesWithAReason(String text, String other, Reason reason) {
        String changed = POLICY.replace(text, other == null ? "" : other);
        assertEquals(false, changed.equals(POLICY));
        assertEquals(reason, refusal(changed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{'version':'1.0','trustPolicies':[]}", "{'version':'1.0'}"})
    void refusesWhatIsNoPolicy(String text) {
        assertEquals(Reason.MALFORMED, refusal(text));
    }

    @Test
    void refusesAPolicyAboveItsLimit() {
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(POLICY + " ".repeat(1_048_576)));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("[".repeat(10_000)));
    }

    @Test
    void refusesTwoStatementsOfOneNameOrScope() throws EvidenceException {
        String other = STATEMENT.replace("'p'", "'q'").replace("['*'],'sig", "['registry.test/a'],'sig");
        String two = POLICY.replace("]}]}", "]}," + other + "]}");
        assertEquals(2, parse(two).statements().size());
        assertEquals(Reason.MALFORMED, refusal(two.replace("'q'", "'p'")));
        assertEquals(Reason.MALFORMED, refusal(two.replace("['registry.test/a']", "['*']")));
    }

    @Test
    void identitiesMayNotOverlap() throws EvidenceException {
        String two = POLICY.replace(
                "'trustedIdentities':['*']",
                "'trustedIdentities':['x509.subject: C=US, ST=WA, O=A, CN=x','x509.subject: C=US, ST=WA, O=A, CN=y']");
        assertEquals(2, parse(two).statements().get(0).trustedIdentities().size());
        assertEquals(Reason.MALFORMED, refusal(two.replace(", CN=x", "")));
        assertEquals(Reason.MALFORMED, refusal(two.replace(", CN=y", "")));
        assertEquals(Reason.MALFORMED, refusal(two.replace("CN=y", "CN=x")));
    }

    @Test
    void theStatementThatNamesARepositoryWins() throws EvidenceException {
        String other =
                STATEMENT.replace("'p'", "'q'").replace("['*'],'sig", "['registry.test/a','docker.io/library/b'],'sig");
        NotationTrustPolicy policy = parse(POLICY.replace("]}]}", "]}," + other + "]}"));
        assertEquals("q", nameFor(policy, "registry.test/a:1"));
        assertEquals("q", nameFor(policy, "docker.io/library/b"));
        assertEquals("p", nameFor(policy, "registry.test/a/b"));
        assertEquals("p", policy.globalStatement().map(NotationStatement::name).orElse(""));
        NotationTrustPolicy exact = parse(POLICY.replace("['*'],'sig", "['registry.test/a'],'sig"));
        assertEquals(Optional.empty(), exact.globalStatement());
        assertEquals(Optional.empty(), exact.statementFor(Reference.parse("registry.test/b")));
    }

    private static String nameFor(NotationTrustPolicy policy, String image) {
        return policy.statementFor(Reference.parse(image)).orElseThrow().name();
    }

    @Test
    void aProgramsStatementIsHeldToTheSameRules() {
        NotationStatement statement = NotationFixture.statement();
        assertEquals(NotationLevel.STRICT, statement.level());
        assertThrows(IllegalArgumentException.class, () -> statement.withName(" "));
        assertThrows(IllegalArgumentException.class, () -> statement.withLevel(NotationLevel.SKIP));
        assertThrows(IllegalArgumentException.class, () -> statement.withRegistryScopes(List.of("a@b")));
        assertThrows(
                IllegalArgumentException.class,
                () -> NotationLevel.SKIP.withOverride(Validation.REVOCATION, Action.ENFORCE));
        assertThrows(IllegalArgumentException.class, () -> NotationTrustPolicy.of(List.of(statement, statement)));
    }
}
