package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.kubernetes.PodSecurity.Violation;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.function.Predicate;

/**
 * A check of the Pod Security Standards.
 *
 * @param id the name that Kubernetes gives it
 * @param since the minor version of Kubernetes in which it first exists
 * @param replaces the checks of the baseline that it replaces from that version on
 * @param body reports what it does not admit
 */
record PodSecurityCheck(String id, int since, List<String> replaces, Body body) {
    /** Reports what a check does not admit. */
    @FunctionalInterface
    interface Body {
        void check(Pod pod, KubernetesVersion version, Report report);
    }

    static PodSecurityCheck of(String id, int since, Body body) {
        return new PodSecurityCheck(id, since, List.of(), body);
    }

    PodSecurityCheck replacing(String baseline) {
        return new PodSecurityCheck(id, since, List.of(baseline), body);
    }

    List<String> replacedIn(KubernetesVersion version) {
        return version.isSince(since) ? replaces : List.of();
    }

    void run(Pod pod, KubernetesVersion version, List<Violation> violations) {
        if (version.isSince(since)) {
            body.check(pod, version, new Report(id, violations));
        }
    }

    /** Collects the violations of one check. */
    record Report(String check, List<Violation> violations) {
        void add(Location at, String message) {
            violations.add(new Violation(check, message, at));
        }

        /** Reports a value that is bad, or that the API server would not accept; a value left out is fine. */
        <T> void refuse(Fact<T> fact, Predicate<? super T> isBad, String name) {
            refuse(fact, isBad, false, name);
        }

        /** Reports a value that is bad, or that the API server would not accept, or that is left out. */
        <T> void demand(Fact<T> fact, Predicate<? super T> isBad, String name) {
            refuse(fact, isBad, true, name);
        }

        /** Reports a value, stated or default, that lacks something; or that the API server would not accept. */
        <T> void lacking(Fact<T> fact, Predicate<? super T> lacks, String message) {
            fact.fold(
                    (value, at) -> lacks.test(value) ? violations.add(new Violation(check, message, at)) : false,
                    assumed -> lacks.test(assumed.value())
                            ? violations.add(new Violation(check, message, assumed.at()))
                            : false,
                    missing -> missing.at()
                            .map(at -> violations.add(new Violation(check, message, at)))
                            .orElse(false));
        }

        private <T> void refuse(Fact<T> fact, Predicate<? super T> isBad, boolean isNeeded, String name) {
            if (fact instanceof Fact.Known<T> known) {
                if (isBad.test(known.value())) {
                    add(known.at(), name + " must not be " + shown(known.value()));
                }
            } else if (fact instanceof Fact.Defaulted<T> assumed) {
                if (isBad.test(assumed.value())) {
                    add(assumed.at(), name + " must not be " + shown(assumed.value()) + ", the default");
                }
            } else if (fact instanceof Fact.Missing<T> missing && (isNeeded || Values.isUnreadable(fact))) {
                missing.at()
                        .ifPresent(at ->
                                add(at, Values.isAbsent(fact) ? name + " must be set" : name + " cannot be read"));
            }
        }

        private static String shown(Object value) {
            return value instanceof String text ? Quoted.quote(text) : value.toString();
        }
    }
}
