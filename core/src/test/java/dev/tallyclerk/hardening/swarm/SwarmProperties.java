package dev.tallyclerk.hardening.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.audit.AuditReport;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Services whose members have good, bad and impossible values. */
class SwarmProperties {
    private static final List<String> MEMBERS = List.of(
            "Image",
            "User",
            "Env",
            "Mounts",
            "Privileges",
            "CapabilityAdd",
            "ReadOnly",
            "Sysctls",
            "Ulimits",
            "Healthcheck",
            "Labels",
            "Command",
            "Secrets");

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                        "true",
                        "false",
                        "null",
                        "0",
                        "-1",
                        "\"\"",
                        "\"0\"",
                        "\"web:1\"",
                        "\"PASSWORD=hunter2\"",
                        "\"A=\uffff\""),
                Arbitraries.of(
                        "[\"CAP_SYS_ADMIN\"]",
                        "{\"Seccomp\":{\"Mode\":\"unconfined\"},\"NoNewPrivileges\":true}",
                        "{\"AppArmor\":{\"Mode\":\"disabled\"}}",
                        "[{\"Type\":\"bind\",\"Source\":\"/var/run/docker.sock\",\"Target\":\"/s\"}]",
                        "{\"Test\":[\"NONE\"]}"));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner, object(inner), inner.list().ofMaxSize(2).map(all -> "[" + String.join(",", all) + "]")),
                0,
                3);
    }

    private static Arbitrary<String> object(Arbitrary<String> values) {
        return Arbitraries.maps(Arbitraries.of(MEMBERS), values).ofMaxSize(4).map(members -> {
            List<String> written = new ArrayList<>();
            members.forEach((name, value) -> written.add("\"" + name + "\":" + value));
            return "{" + String.join(",", written) + "}";
        });
    }

    @Provide
    Arbitrary<String> services() {
        return object(values())
                .map(container -> "{\"ID\":\"i\",\"Spec\":{\"Name\":\"web\",\"TaskTemplate\":{\"ContainerSpec\":"
                        + container + "}}}");
    }

    private static List<SwarmService> read(String services) throws MalformedSubjectException {
        return SwarmServiceReader.create().read(Swarms.json("[" + services + "]"));
    }

    private static List<String> outcomes(SwarmService service) {
        AuditReport report = Swarms.audit(service);
        assertEquals(0, report.totals().get(Outcome.Kind.ERROR), "a rule has no outcome");
        return report.findings().stream()
                .map(finding -> finding.rule().id() + " " + finding.outcome().kind())
                .toList();
    }

    @Property(tries = 200)
    void everyRuleHasAnOutcomeThatOtherServicesDoNotChange(@ForAll("services") String service) {
        List<SwarmService> alone;
        try {
            alone = read(service);
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, e.getMessage());
            return;
        }
        try {
            List<SwarmService> listed = read(service + "," + service.replace("web", "other"));
            assertEquals(2, listed.size());
            assertEquals(outcomes(alone.get(0)), outcomes(listed.get(0)), service);
        } catch (MalformedSubjectException e) {
            throw new AssertionError(service, e);
        }
    }
}
