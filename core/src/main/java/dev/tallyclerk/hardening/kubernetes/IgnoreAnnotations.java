package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.internal.subject.IgnoreTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds annotations that waive rules for a workload: ours, and those of kube-linter. */
final class IgnoreAnnotations {
    private static final String OURS = "tallyclerk.dev/ignore";
    private static final String KUBE_LINTER = "ignore-check.kube-linter.io/";
    private static final String ALL_OF_KUBE_LINTER = "kube-linter.io/ignore-all";

    private static final Pattern LINE = Pattern.compile("\\s*([A-Za-z0-9-]+(?:\\s*,\\s*[A-Za-z0-9-]+)*)(.*)");
    private static final Pattern ID = Pattern.compile("[A-Z][A-Z0-9]{1,7}-\\d{3,4}");

    /** The rules of the same meaning, by the names of kube-linter's checks. */
    private static final Map<String, List<String>> CHECKS = Map.ofEntries(
            Map.entry("default-service-account", List.of("K8S-035")),
            Map.entry("docker-sock", List.of("RUN-002", "RUN-003")),
            Map.entry("drop-net-raw-capability", List.of("RUN-014")),
            Map.entry("env-var-secret", List.of("RUN-047")),
            Map.entry("host-ipc", List.of("RUN-006")),
            Map.entry("host-network", List.of("RUN-004")),
            Map.entry("host-pid", List.of("RUN-005")),
            Map.entry("latest-tag", List.of("RUN-049")),
            Map.entry("no-liveness-probe", List.of("RUN-045")),
            Map.entry("no-read-only-root-fs", List.of("RUN-021")),
            Map.entry("privilege-escalation-container", List.of("RUN-019")),
            Map.entry("privileged-container", List.of("RUN-001")),
            Map.entry("privileged-ports", List.of("RUN-036")),
            Map.entry("read-secret-from-env-var", List.of("K8S-037")),
            Map.entry("run-as-non-root", List.of("K8S-028", "RUN-043")),
            Map.entry("sensitive-host-mounts", List.of("RUN-024")),
            Map.entry("ssh-port", List.of("RUN-040")),
            Map.entry("unsafe-proc-mount", List.of("RUN-020")),
            Map.entry("unsafe-sysctls", List.of("K8S-023")),
            Map.entry("unset-cpu-requirements", List.of("RUN-031")),
            Map.entry("unset-memory-requirements", List.of("RUN-029")),
            Map.entry("use-namespace", List.of("K8S-044")),
            Map.entry("writable-host-mount", List.of("RUN-023")));

    private IgnoreAnnotations() {}

    /**
     * {@return the waivers of a workload}
     *
     * @param object the object, whose own annotations count
     * @param pod the annotations of its pod, of which only ours count, because kube-linter does not read them
     */
    static List<InlineWaiver> of(DocumentValue object, Map<String, DocumentValue> pod) {
        List<InlineWaiver> waivers = new ArrayList<>();
        Map<String, DocumentValue> own =
                object.members("metadata", "annotations") instanceof Fact.Known<Map<String, DocumentValue>> known
                        ? known.value()
                        : Map.of();
        for (Map.Entry<String, DocumentValue> annotation : own.entrySet()) {
            String key = annotation.getKey();
            if (key.startsWith(KUBE_LINTER)) {
                add(
                        CHECKS.getOrDefault(key.substring(KUBE_LINTER.length()), List.of()),
                        annotation.getValue(),
                        waivers);
            } else if (key.equals(ALL_OF_KUBE_LINTER)) {
                List<String> all =
                        CHECKS.values().stream().flatMap(List::stream).toList();
                add(List.copyOf(new TreeSet<>(all)), annotation.getValue(), waivers);
            }
        }
        DocumentValue ofObject = own.get(OURS);
        DocumentValue ofPod = pod.get(OURS);
        addOurs(ofObject, waivers);
        // Of a Pod, both are the same annotation.
        boolean isSame =
                ofObject != null && ofPod != null && ofObject.location().equals(ofPod.location());
        if (!isSame) {
            addOurs(ofPod, waivers);
        }
        return List.copyOf(waivers);
    }

    private static void add(List<String> rules, DocumentValue value, List<InlineWaiver> waivers) {
        String reason = text(value);
        for (String rule : rules) {
            waivers.add(InlineWaiver.of(new RuleId(rule), value.location(), reason));
        }
    }

    private static void addOurs(@Nullable DocumentValue value, List<InlineWaiver> waivers) {
        if (value == null) {
            return;
        }
        for (String line : text(value).lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            IgnoreTerms terms = IgnoreTerms.parse(matcher.group(2));
            for (String id : IgnoreTerms.ids(matcher.group(1))) {
                if (terms.isUsable() && ID.matcher(id).matches()) {
                    waivers.add(terms.limit(InlineWaiver.of(new RuleId(id), value.location(), terms.reason())));
                }
            }
        }
    }

    private static String text(DocumentValue value) {
        return value.text() instanceof Fact.Known<String> known ? known.value() : "";
    }
}
