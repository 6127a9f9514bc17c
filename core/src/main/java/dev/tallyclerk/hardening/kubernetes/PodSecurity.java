package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Location;
import java.util.List;
import java.util.Objects;

/**
 * The verdict of the Pod Security Standards on a workload, for one level and version.
 *
 * <p>It is the verdict of the Pod Security admission of Kubernetes with all exemptions off, for the pod that the
 * workload creates, with the API server's defaults. A field that the API server would not accept is a violation: it
 * cannot be read, so nobody can say that it is harmless. {@link KubernetesWorkload#podSecurity} gives one.
 *
 * @param level the level
 * @param version the version of the standards
 * @param violations what keeps the level from admitting the pod, possibly nothing
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 */
public record PodSecurity(PodSecurityLevel level, KubernetesVersion version, List<Violation> violations) {
    public PodSecurity {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(version, "version");
        violations = List.copyOf(violations);
    }

    /**
     * A value that a level does not admit.
     *
     * @param check the name that Kubernetes gives the check, for example {@code hostNamespaces}
     * @param message what is wrong, for people
     * @param at where it is
     */
    public record Violation(String check, String message, Location at) {
        public Violation {
            Objects.requireNonNull(check, "check");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(at, "at");
        }
    }

    /** {@return whether the level admits the pod} */
    public boolean isAllowed() {
        return violations.isEmpty();
    }
}
