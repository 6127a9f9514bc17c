package dev.tallyclerk.hardening.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SeccompProperties {
    static Map<String, String> verdicts(byte[] document) throws MalformedSubjectException {
        Map<String, String> verdicts = new TreeMap<>();
        for (Finding finding : Auditor.of(Policy.defaults().withProfile(Profile.STRICT), SeccompRules.ruleSet())
                .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .audit(List.of(SeccompSubject.parse("test", document)))
                .findings()) {
            verdicts.put(finding.rule().id().value(), finding.kind().name());
        }
        return verdicts;
    }

    @Property(tries = 500)
    void anyJsonIsJudgedOrRefusedWithAReason(@ForAll("profiles") JsonValue profile) {
        try {
            Map<String, String> verdicts = verdicts(CompactJson.of(profile).getBytes(StandardCharsets.UTF_8));
            assertEquals(6, verdicts.size());
            assertFalse(verdicts.containsValue("ERROR"), verdicts.toString());
        } catch (MalformedSubjectException e) {
            assertFalse(e.reason().name().isEmpty());
        }
    }

    @Property
    void anyTextIsJudgedOrRefusedWithAReason(@ForAll String text) {
        try {
            verdicts(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedSubjectException e) {
            assertFalse(e.reason().name().isEmpty());
        }
    }

    @Provide
    Arbitrary<JsonValue> profiles() {
        Arbitrary<String> keys = Arbitraries.of(
                "defaultAction",
                "DefaultAction",
                "archMap",
                "architectures",
                "architecture",
                "subArchitectures",
                "syscalls",
                "names",
                "name",
                "action",
                "args",
                "index",
                "value",
                "valueTwo",
                "op",
                "includes",
                "excludes",
                "caps",
                "arches",
                "minKernel",
                "errnoRet",
                "x");
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                                "SCMP_ACT_ALLOW",
                                "SCMP_ACT_ERRNO",
                                "clone",
                                "mount",
                                "SCMP_ARCH_X86_64",
                                "4.8",
                                "4.x",
                                "")
                        .map(JsonValue.JsonString::new),
                Arbitraries.longs().map(number -> new JsonValue.JsonNumber(Long.toString(number))),
                Arbitraries.of(true, false).map(JsonValue.JsonBoolean::new),
                Arbitraries.just(JsonValue.JsonNull.INSTANCE));
        Arbitrary<JsonValue> nested = Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner,
                        inner.list().ofMaxSize(3).map(JsonValue.JsonArray::new),
                        Arbitraries.maps(keys, inner).ofMaxSize(4).map(JsonValue.JsonObject::new)),
                0,
                4);
        return Arbitraries.maps(keys, nested).ofMaxSize(6).map(JsonValue.JsonObject::new);
    }
}
