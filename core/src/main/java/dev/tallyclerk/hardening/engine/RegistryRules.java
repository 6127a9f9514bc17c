package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where the engine gets images, and which sources it trusts. */
final class RegistryRules {
    private static final RuleParameter<Boolean> SIGNATURE_POLICY = RuleParameter.flag(
            "signaturePolicy",
            false,
            "Whether signatures are verified at each pull by means other than content trust.");

    /** Clients treat every other value as true, even if it is not a boolean. */
    private static final Set<String> TRUST_OFF = Set.of("", "0", "f", "F", "false", "FALSE", "False");

    private static final int LOOPBACK_V4_BITS = 8;
    private static final int LOOPBACK_V6_BITS = 128;

    private RegistryRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(insecureRegistry(), plainMirror(), nondistributable(), contentTrust());
    }

    private static Rule<EngineSubject> insecureRegistry() {
        return Rules.rule(
                info("DMN-005", Severity.HIGH, Profile.L1, "2.5", "4.2.1", """
                        Insecure registry configured
                        For such a registry the engine accepts any certificate, and falls back to plain HTTP. An
                        attacker on the path can replace the image and read the credentials.
                        Remedy: Give the registry a certificate, put its authority below /etc/docker/certs.d, and remove
                        the registry from "insecure-registries".
                        """), RegistryRules::insecureRegistries);
    }

    /** The report repeats the configuration, so each registry is a problem once, where it is set. */
    private static Outcome insecureRegistries(EngineSubject engine) {
        Fact<List<String>> configured = engine.configured(EngineOption.INSECURE_REGISTRIES);
        Fact<List<String>> reported = engine.info().insecureRegistries();
        String message = "the engine uses a registry without TLS or without verifying it";
        Outcome set = Rules.ofKnown(
                engine,
                EngineOption.INSECURE_REGISTRIES,
                list -> Rules.failForEach(list, entry -> !isLoopback(entry), message, "registry"));
        if (!(reported instanceof Fact.Known<List<String>> known)) {
            return set;
        }
        Set<String> named =
                new HashSet<>(configured instanceof Fact.Known<List<String>> list ? list.value() : List.of());
        List<Problem> others = new ArrayList<>();
        for (String entry : known.value()) {
            if (!isLoopback(entry) && !named.contains(entry)) {
                others.add(Problem.at(known.at(), message, Evidence.of("registry", entry)));
            }
        }
        Outcome running = Outcome.ofProblems(others);
        boolean isOpen = configured instanceof Fact.Missing && !(set instanceof Outcome.Fail);
        return isOpen ? running : Outcome.allOf(set, running);
    }

    /** {@return whether the registry, or every address of the network, is this machine} */
    static boolean isLoopback(String registry) {
        int mark = registry.indexOf("://");
        String entry = mark < 0 ? registry : registry.substring(mark + 3);
        String host = HostPort.host(entry);
        if (!HostPort.isLoopback(host) || entry.indexOf('/') < 0) {
            return HostPort.isLoopback(host);
        }
        return bits(entry) >= (host.contains(":") ? LOOPBACK_V6_BITS : LOOPBACK_V4_BITS);
    }

    private static int bits(String network) {
        String bits = network.substring(network.indexOf('/') + 1);
        return bits.matches("[0-9]{1,3}") ? Integer.parseInt(bits) : 0;
    }

    private static Rule<EngineSubject> plainMirror() {
        return Rules.rule(
                info("DMN-026", Severity.MEDIUM, Profile.L1, "2.5", "4.2.1", """
                        Registry mirror over plain HTTP
                        The engine takes a mirror's answers for Docker Hub's. Over plain HTTP, an attacker on the path
                        can forge them for every image that is named by tag.
                        Remedy: Give the mirror a certificate, and name it with https:// in "registry-mirrors".
                        """),
                engine -> Rules.failForEach(
                        engine,
                        EngineOption.REGISTRY_MIRRORS,
                        mirror -> mirror.strip().toLowerCase(Locale.ROOT).startsWith("http://"),
                        "a mirror is reached without TLS",
                        "mirror"));
    }

    private static Rule<EngineSubject> nondistributable() {
        return Rules.rule(
                info("DMN-030", Severity.LOW, Profile.STRICT, "", "4.2", """
                        Non-distributable artefacts may be pushed
                        Foreign layers are excluded from pushes because their licence restricts redistribution. With
                        this option they are pushed like any other layer.
                        Remedy: Remove "allow-nondistributable-artifacts"; from release 28 on the engine ignores it.
                        """),
                engine -> Rules.failForEach(
                        engine,
                        EngineOption.ALLOW_NONDISTRIBUTABLE_ARTIFACTS,
                        registry -> true,
                        "foreign layers are pushed to a registry",
                        "registry"));
    }

    private static Rule<EngineSubject> contentTrust() {
        return Rules.rule(
                info("DMN-040", Severity.MEDIUM, Profile.L2, "4.5", "4.1.5", """
                        Content trust is not enforced by client or engine
                        Without signatures, a tag is whatever the registry says: anyone who controls the registry, or an
                        account on it, decides what runs.
                        Remedy: Verify signatures at each pull, for example with an engine policy or an image admission
                        check, and tell this rule with signaturePolicy. Docker Content Trust (DOCKER_CONTENT_TRUST=1) is
                        deprecated.
                        """)
                        .parameter(SIGNATURE_POLICY),
                (engine, context) -> context.value(SIGNATURE_POLICY)
                        ? Outcome.pass()
                        : engine.environment().decideAt((variables, at) -> {
                            String value = variables.getOrDefault("DOCKER_CONTENT_TRUST", "");
                            return Outcome.failIf(
                                    TRUST_OFF.contains(value),
                                    at,
                                    "clients do not verify signatures",
                                    Evidence.of("DOCKER_CONTENT_TRUST", value));
                        }));
    }
}
