package dev.tallyclerk.hardening.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.policy.PolicyCorpus.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema and the reader agree on every policy of the corpus, as another program understands the schema. */
class PolicySchemaTest {
    private static JsonSchema schema(String text) {
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text, config);
    }

    private static JsonSchema withRules() throws IOException {
        return with(PolicyCorpus.RULES);
    }

    private static JsonSchema with(List<RuleSet> rules) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PolicySchema.of(rules).write(out);
        return schema(out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void hasTheKindsOfSubjectsIfAllRuleSetsSayThem() throws IOException {
        List<RuleSet> sayTheirs = PolicyCorpus.RULES.stream()
                .filter(rules -> !rules.subjectKinds().isEmpty())
                .toList();
        String waiver = "{\"schemaVersion\":1,\"waivers\":[{\"rule\":\"DOOR-001\",\"scope\":{\"kind\":\"KIND\"},"
                + "\"reason\":\"r\",\"owner\":\"o\",\"expires\":\"2027-01-31\"}]}";
        assertEquals(Set.of(), with(sayTheirs).validate(waiver.replace("KIND", "gate"), InputFormat.JSON));
        assertEquals(
                1,
                with(sayTheirs)
                        .validate(waiver.replace("KIND", "gat"), InputFormat.JSON)
                        .size());
        assertEquals(Set.of(), withRules().validate(waiver.replace("KIND", "gat"), InputFormat.JSON));
    }

    private static JsonSchema shipped() throws IOException {
        try (InputStream in = PolicySchema.class.getResourceAsStream(PolicySchema.RESOURCE)) {
            return schema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static Stream<String> accepted() {
        return PolicyCorpus.accepted();
    }

    static Stream<Refused> refused() {
        return PolicyCorpus.refused();
    }

    @ParameterizedTest
    @MethodSource
    void accepted(String document) throws IOException {
        assertEquals(Set.of(), withRules().validate(document, InputFormat.JSON));
        assertEquals(Set.of(), shipped().validate(document, InputFormat.JSON));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Refused refused) throws IOException {
        Set<ValidationMessage> found = withRules().validate(refused.document(), InputFormat.JSON);
        assertEquals(refused.bySchema(), !found.isEmpty(), () -> "found " + found);
        boolean needsRules = switch (refused.reason()) {
            case UNKNOWN_RULE, UNKNOWN_RULE_SET, UNKNOWN_PARAMETER -> true;
            default -> refused.pointer().contains("/parameters/");
        };
        if (refused.bySchema() && !needsRules) {
            assertFalse(shipped().validate(refused.document(), InputFormat.JSON).isEmpty());
        }
    }
}
