package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.seccomp.SeccompDefault;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.subject.Facts;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which system calls a container may make. */
final class SeccompOptionRules {
    private static final String UNCONFINED = "unconfined";

    /** The one capability that every container has and that profiles ask for. */
    private static final Set<String> OF_EVERY_CONTAINER = Set.of("CAP_SYS_CHROOT");

    /** More calls would not help a reader. */
    private static final int MAX_CALLS = 12;

    /** The engine's own profile. */
    private static final String BUILTIN = "builtin";

    /** Where Podman keeps its own profile. */
    private static final Set<String> PODMANS_FILES =
            Set.of("/usr/share/containers/seccomp.json", "/etc/containers/seccomp.json", "default");

    private SeccompOptionRules() {}

    static List<ContainerRule> all() {
        return List.of(seccompOff(), weakProfile());
    }

    private static ContainerRule seccompOff() {
        return rule(
                info("RUN-015", Severity.HIGH, Profile.L1, "5.22", "4.4.3", """
                        seccomp is disabled
                        The engine's seccomp profile blocks system calls that hardly any program needs and in which many
                        kernel flaws were found. Without it, an attacker can try every one of them.
                        Remedy: Remove seccomp=unconfined, and "seccomp-profile": "unconfined" from daemon.json. If a
                        program needs a call that the engine's profile blocks, write a profile that adds only this call.
                        If it must be privileged, give it a profile by name, which Docker applies since 27.0.
                        """),
                container -> SecurityOption.named("seccomp", container).decide(profiles -> {
                    for (SecurityOption profile : profiles) {
                        if (profile.value().equals(UNCONFINED)) {
                            return Outcome.fail(
                                    Problem.at(profile.at(), "seccomp is unconfined", letThrough(container)));
                        }
                    }
                    return own(profiles)
                            .map(profile -> withOwn(container, profile))
                            .orElseGet(() -> withoutOwn(container));
                }));
    }

    /** {@return the default profile of the container's engine} */
    private static SeccompDefault ofEngine(Container container) {
        return container.document().isPodman() ? SeccompDefault.PODMAN : SeccompDefault.DOCKER;
    }

    /** {@return the calls that the engine's profile would block for this container} */
    private static Evidence letThrough(Container container) {
        Set<String> capabilities = new HashSet<>(OF_EVERY_CONTAINER);
        capabilities.addAll(container
                .hostConfig()
                .capAdd()
                .fold(
                        (names, at) -> Capabilities.normalised(names).stream()
                                .map(name -> "CAP_" + name)
                                .collect(Collectors.toSet()),
                        assumed -> Set.<String>of(),
                        missing -> Set.<String>of()));
        Set<String> calls = SeccompDefault.UNCONFINED.callsBeyond(ofEngine(container), capabilities);
        String first = calls.stream().limit(MAX_CALLS).collect(Collectors.joining(" "));
        int more = calls.size() - MAX_CALLS;
        return Evidence.of("lets through", more > 0 ? first + " and " + more + " more calls" : first);
    }

    private static Outcome withOwn(Container container, SecurityOption profile) {
        if (profile.value().equals(BUILTIN)
                && Facts.isKnown(EngineFacts.of(container).lacksSeccomp(), value -> value)) {
            // An engine without seccomp refuses to start a container only if it names a custom profile.
            return Outcome.fail(
                    Problem.at(profile.at(), "the engine has no seccomp, so its own profile has no effect"));
        }
        return container.document().isPodman()
                ? Outcome.pass()
                : container
                        .hostConfig()
                        .privileged()
                        .decideAt((privileged, at) -> privileged ? ofPrivileged(container, at) : Outcome.pass());
    }

    /** Docker before 27.0 ignores the profile of a privileged container: moby#47500. */
    private static Outcome ofPrivileged(Container container, Location at) {
        return EngineFacts.of(container)
                .isBefore(27, 0)
                .decide(ignores -> Outcome.failIf(
                        ignores, at, "the engine ignores the seccomp profile of a privileged container"));
    }

    /** {@return the effective profile: the last one, unless it is empty, which means none} */
    private static Optional<SecurityOption> own(List<SecurityOption> profiles) {
        return profiles.isEmpty()
                ? Optional.empty()
                : Optional.of(profiles.get(profiles.size() - 1))
                        .filter(profile -> !profile.value().isEmpty());
    }

    private static Outcome withoutOwn(Container container) {
        Outcome privileged = Facts.failIf(
                container.hostConfig().privileged(),
                value -> value,
                "a privileged container has no seccomp profile unless it names one",
                "Privileged");
        if (privileged instanceof Outcome.Fail) {
            return privileged;
        }
        Stream<Outcome> ofEngine = EngineFacts.of(container).withoutSeccomp().stream()
                .filter(none -> Facts.isKnown(none, value -> value))
                .map(none -> none.decideAt((value, at) -> Outcome.fail(
                        Problem.at(at, "the container names no seccomp profile, and the engine gives it none"))));
        return ofEngine.findFirst().orElse(privileged);
    }

    private static ContainerRule weakProfile() {
        return rule(
                info("RUN-016", Severity.MEDIUM, Profile.L2, "5.22", "4.4.3", """
                        Custom seccomp profile is weaker than the engine's
                        Custom profiles are mostly written to allow one more call. A profile that starts from nothing,
                        or allows what the engine's blocks, weakens more than it adds.
                        Remedy: Start from the engine's default profile, and remove calls or add only the one that is
                        needed.
                        """),
                (container, context) -> SecurityOption.named("seccomp", container)
                        .decide(profiles -> own(profiles)
                                .map(profile -> weakProfile(container, profile, context))
                                .orElseGet(() -> Outcome.notApplicable("the container names no profile"))));
    }

    private static Outcome weakProfile(Container container, SecurityOption option, RuleContext context) {
        String profile = option.value();
        boolean isPodmans = container.document().isPodman() && PODMANS_FILES.contains(profile);
        if (profile.equals(UNCONFINED) || profile.equals(BUILTIN) || isPodmans) {
            return Outcome.notApplicable("the container has no custom profile");
        }
        if (!profile.stripLeading().startsWith("{")) {
            return container
                    .seccompProfile(profile)
                    .map(given -> compared(container, given, context))
                    .orElseGet(() -> Outcome.unknown(
                            MissingValue.Reason.SOURCE_NOT_PROVIDED, "the named seccomp profile was not given"));
        }
        return inline(container, profile, option.at(), context);
    }

    private static Outcome compared(Container container, SeccompSubject profile, RuleContext context) {
        return SeccompRules.compareWithDefault(profile, ofEngine(container), context);
    }

    /** The client replaces the path by the profile itself. */
    private static Outcome inline(Container container, String profile, Location at, RuleContext context) {
        try {
            SeccompSubject subject = SeccompSubject.parse("inline profile", profile.getBytes(StandardCharsets.UTF_8));
            return compared(container, subject, context);
        } catch (MalformedSubjectException e) {
            return Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " is not a seccomp profile: " + e.reason());
        }
    }
}
