package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What separates a container from root on the host. */
final class IsolationRules {
    private static final String SECCOMP = "seccomp";
    private static final String UNCONFINED = "unconfined";

    /** The engine's own profile, by its names before and since release 23. */
    private static final Set<String> OWN_PROFILE = Set.of("builtin", "default", "");

    private IsolationRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(userNamespaces(), seccomp(), runsAsRoot(), securityModule(), selinux());
    }

    private static Rule<EngineSubject> userNamespaces() {
        return Rules.linuxRule(info("DMN-011", Severity.MEDIUM, Profile.L2, "2.9", "4.4.3", """
                        User-namespace remapping is off
                        Without remapping, root in a container is root on the host, held back only by the other
                        defences. With it, an escaped process is an account without rights.
                        Remedy: Set "userns-remap": "default", or run the engine rootless. Remapping starts with an
                        empty store of images and containers.
                        """), engine -> {
            Fact<String> configured = engine.configured(EngineOption.USERNS_REMAP);
            Fact<Boolean> remapped = engine.info().whetherHas("userns");
            boolean mapped = Facts.isStated(configured, user -> !user.isBlank())
                    || Facts.isStated(remapped, on -> on)
                    || Facts.isStated(engine.option(EngineOption.ROOTLESS), on -> on);
            if (mapped) {
                return Outcome.pass();
            }
            String message = "root in containers is root on the host";
            return configured instanceof Fact.Missing
                    ? remapped.decideAt((off, at) -> Outcome.fail(Problem.at(at, message)))
                    : configured.decideAt((none, at) -> Outcome.fail(Problem.at(at, message)));
        });
    }

    private static Rule<EngineSubject> seccomp() {
        return Rules.linuxRule(info("DMN-020", Severity.HIGH, Profile.L2, "2.17", "4.4.3", """
                        Engine-wide seccomp profile is missing or unconfined
                        The engine's profile blocks system calls that hardly any program needs and in which kernel flaws
                        are found again and again. Without it, containers can make all of them.
                        Remedy: Remove "seccomp-profile" so that the engine's own profile applies, and give a container
                        that needs more its own profile.
                        """), (engine, context) -> {
            Function<String, Outcome> own = path ->
                    engine.seccompProfile(path).decide(profile -> SeccompRules.compareWithDefault(profile, context));
            Fact<String> configured = engine.configured(EngineOption.SECCOMP_PROFILE);
            Fact<List<SecurityOption>> reported = engine.info().securityOptions();
            Outcome set = configured.decideAt((profile, at) -> profile(profile, at, own));
            if (reported instanceof Fact.Missing) {
                return set;
            }
            Outcome running = reported.decideAt((options, at) -> reportedProfile(options, at, own));
            return configured instanceof Fact.Known ? Outcome.allOf(set, running) : running;
        });
    }

    private static Outcome reportedProfile(List<SecurityOption> options, Location at, Function<String, Outcome> own) {
        for (SecurityOption option : options) {
            if (option.name().equals(SECCOMP)) {
                return option.profile()
                        .map(profile -> profile(profile, at, own))
                        .orElseGet(() -> Outcome.unknown(Reason.KEY_MISSING, at + " names no seccomp profile"));
            }
        }
        return Outcome.fail(Problem.at(at, "the engine applies no seccomp profile"));
    }

    /** {@return the outcome for a profile; {@code own} judges the content of a custom one} */
    private static Outcome profile(String profile, Location at, Function<String, Outcome> own) {
        if (profile.equals(UNCONFINED)) {
            return Outcome.fail(
                    Problem.at(at, "containers get no seccomp profile by default", Evidence.of("profile", profile)));
        }
        return OWN_PROFILE.contains(profile) ? Outcome.pass() : own.apply(profile);
    }

    private static Rule<EngineSubject> runsAsRoot() {
        return Rules.linuxRule(info("DMN-022", Severity.LOW, Profile.L1, "2.1", "4.5.3", """
                        Engine runs as root
                        A flaw in an engine that runs as root gives root on the host. A rootless engine, and an attacker
                        who breaks it, has only the rights of the account that started it.
                        Remedy: Consider rootless mode if its limits (ports, storage, cgroups) are acceptable.
                        """), engine -> {
            Fact<Boolean> reported = engine.info().rootless();
            Fact<Boolean> configured = engine.configured(EngineOption.ROOTLESS);
            // Under RootlessKit an engine is rootless without the option, so its default tells nothing.
            Fact<Boolean> rootless =
                    reported instanceof Fact.Missing && configured instanceof Fact.Known ? configured : reported;
            return rootless.decideAt((yes, at) -> Outcome.failIf(!yes, at, "the engine is not rootless"));
        });
    }

    private static Rule<EngineSubject> securityModule() {
        return Rules.linuxRule(
                info("DMN-023", Severity.MEDIUM, Profile.L1, "5.2", "4.4.3", """
                        No Linux security module confines containers
                        AppArmor and SELinux hold where capabilities and namespaces fail: they keep an escaped container
                        from the host's files.
                        Remedy: Enable AppArmor or SELinux in the host's kernel, and restart the engine.
                        """),
                engine -> engine.info().securityOptions().decideAt((options, at) -> {
                    boolean confined = options.stream()
                            .anyMatch(option -> option.name().equals("apparmor")
                                    || option.name().equals("selinux"));
                    return Outcome.failIf(!confined, at, "the engine uses neither AppArmor nor SELinux");
                }));
    }

    private static Rule<EngineSubject> selinux() {
        return Rules.linuxRule(info("DMN-024", Severity.MEDIUM, Profile.L2, "5.3", "4.4.3", """
                        SELinux host but engine support is off
                        On a host with SELinux the engine labels each container separately only if told to. Otherwise
                        all containers share one label and may access each other's files.
                        Remedy: Set "selinux-enabled": true.
                        """), engine -> {
            Fact<Boolean> enabled = engine.option(EngineOption.SELINUX_ENABLED);
            if (Facts.isStated(enabled, on -> on)
                    || Facts.isStated(engine.configured(EngineOption.SELINUX_ENABLED), on -> on)) {
                return Outcome.pass();
            }
            return engine.selinuxHost()
                    .decide(selinux -> selinux
                            ? enabled.decideAt((off, at) -> Outcome.fail(
                                    Problem.at(at, "the host has SELinux, and the engine does not use it")))
                            : Outcome.notApplicable("the host does not use SELinux"));
        });
    }
}
