package dev.tallyclerk.hardening.swarm;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.swarm.SwarmSubject.Node;
import dev.tallyclerk.hardening.swarm.SwarmSubject.OverlayNetwork;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The hardening rules over swarms. The RUN rules of {@link dev.tallyclerk.hardening.container.ContainerRules} judge
 * their services.
 *
 * <p>Severities and profiles are the project's own. Thread-safe.
 */
public final class SwarmRules {
    private static final String CONTROL_PORT = ":2377";
    private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "*", "[::]", "::", "");

    private static final RuleParameter<List<String>> MANAGER_COUNTS = RuleParameter.textList(
            "managerCounts", List.of("3", "5", "7"), "the numbers of managers that a swarm may have");

    private static final RuleParameter<Duration> CERTIFICATE_LIFE = RuleParameter.duration(
            "maximumCertificateLife",
            Duration.ofDays(90),
            Duration.ofHours(1),
            Duration.ofDays(3650),
            "how long the certificate of a node may be valid");

    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-swarm",
            RuleHeads.SINCE,
            List.of(
                    managers(),
                    controlPort(),
                    overlayEncryption(),
                    serviceSecrets(),
                    autoLock(),
                    unlockKeyRotation(),
                    certificateLife(),
                    authorityRotation(),
                    dataPath(),
                    plugins()),
            Set.of(SwarmSubject.KIND));

    private SwarmRules() {}

    /** {@return the rules, over {@link SwarmSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    /** A rule that applies only to nodes of a swarm. */
    private static Rule<?> rule(RuleInfo.Builder info, BiFunction<SwarmSubject, RuleContext, Outcome> decision) {
        return Rule.of(
                info.build(),
                SwarmSubject.class,
                (swarm, context) -> swarm.nodeState().decide(state -> switch (state) {
                    case "inactive" -> Outcome.notApplicable("the engine is not a node of a swarm");
                    case "active" -> decision.apply(swarm, context);
                    default ->
                        Outcome.unknown(
                                MissingValue.Reason.UNREADABLE,
                                "the engine's state as a node of the swarm is " + state);
                }));
    }

    private static Rule<?> managers() {
        return rule(
                info("SWM-001", Severity.LOW, Profile.L1, "7.1", "4.3", """
                        Number of managers gives no safe majority
                        Managers decide by majority. One manager is a single point of failure, an even number tolerates
                        no more failures than one less, and each further one is another machine that holds all secrets.
                        Remedy: Run 3, 5 or 7 managers, and the rest of the nodes as workers.
                        """).parameter(MANAGER_COUNTS),
                (swarm, context) -> swarm.managers()
                        .decideAt((count, at) -> Outcome.failIf(
                                !context.value(MANAGER_COUNTS).contains(Long.toString(count)),
                                at,
                                count == 1 ? "the swarm has one manager" : "the swarm has " + count + " managers",
                                Evidence.of("Managers", Long.toString(count)))));
    }

    private static Rule<?> controlPort() {
        return rule(info("SWM-002", Severity.MEDIUM, Profile.L1, "7.2", "4.3", """
                        Control port of the swarm is open on every interface
                        Every host that reaches port 2377 of a manager can try to join the swarm with a stolen token, or
                        attack the manager's API. It belongs on the network of the nodes only.
                        Remedy: Start the swarm with docker swarm init --listen-addr and --advertise-addr set to an
                        address of the nodes' network.
                        """), (swarm, context) -> {
            Outcome known = swarm.nodes()
                    .fold((nodes, at) -> ofNodes(nodes, at), assumed -> Outcome.pass(), missing -> Outcome.pass());
            Fact<List<String>> listeners = swarm.listeners();
            if (known instanceof Outcome.Fail && listeners instanceof Fact.Missing<?>) {
                return known;
            }
            if (listeners instanceof Fact.Missing<?>) {
                return Outcome.unknown(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        "the Engine API does not tell where the port is open, and the output of ss -lnt was not given");
            }
            return Outcome.allOf(
                    known,
                    listeners.decideAt((all, at) -> Outcome.ofProblems(all.stream()
                            .filter(SwarmRules::isOpenControlPort)
                            .map(listener -> Problem.at(
                                    at,
                                    "the control port is open on every interface",
                                    Evidence.of("listener", listener)))
                            .toList())));
        });
    }

    private static Outcome ofNodes(List<Node> nodes, Location at) {
        return Outcome.ofProblems(nodes.stream()
                .filter(node -> isOpenControlPort(node.managerAddress()))
                .map(node -> Problem.at(
                        at.child(node.name()),
                        "the control port of a manager is open on every interface",
                        Evidence.of("address", node.managerAddress())))
                .toList());
    }

    private static boolean isOpenControlPort(String listener) {
        return listener.endsWith(CONTROL_PORT)
                && EVERY_ADDRESS.contains(listener.substring(0, listener.length() - CONTROL_PORT.length()));
    }

    private static Rule<?> overlayEncryption() {
        return rule(
                info("SWM-003", Severity.MEDIUM, Profile.L1, "7.3", "4.3", """
                        Overlay network without encryption
                        The traffic of containers on an overlay network crosses the network between the nodes in the
                        clear: only the control traffic is always encrypted.
                        Remedy: Create the network with docker network create --driver overlay --opt encrypted. The
                        ingress network can be replaced by one created so with --ingress.
                        """),
                (swarm, context) -> swarm.overlayNetworks().decideAt((networks, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (OverlayNetwork network : networks) {
                        if (!network.isEncrypted()) {
                            Problem problem = Problem.at(
                                    at.child(network.name()),
                                    network.isIngress()
                                            ? "the ingress network is not encrypted"
                                            : "the overlay network " + network.name() + " is not encrypted",
                                    Evidence.of("network", network.name()));
                            problems.add(network.isIngress() ? problem.withSeverity(Severity.LOW) : problem);
                        }
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static Rule<?> serviceSecrets() {
        return rule(
                info("SWM-004", Severity.MEDIUM, Profile.L2, "7.4", "4.3", """
                        Service has secrets in its environment and uses none of the swarm's
                        The environment of a service is stored and shown in the clear to everyone with access to a
                        manager. Secrets of the swarm are encrypted at rest, and reach only the nodes that run the task.
                        Remedy: Run docker secret create, give the service the secret with --secret, and let it read the
                        file below /run/secrets. Replace the secret that was in the environment.
                        """),
                (swarm, context) -> swarm.services().decideAt((services, at) -> {
                    Outcome all = Outcome.pass();
                    for (SwarmService service : services) {
                        all = service.hasSecrets() ? all : Outcome.allOf(all, secrets(service, at));
                    }
                    return all;
                }));
    }

    private static Outcome secrets(SwarmService service, Location at) {
        return service.container().config().env().decideAt((variables, where) -> {
            List<Problem> problems = new ArrayList<>();
            for (String variable : variables) {
                int equals = variable.indexOf('=');
                String name = equals < 0 ? variable : variable.substring(0, equals);
                if (equals >= 0
                        && SecretAssignment.judgeLiteral(name, variable.substring(equals + 1))
                                .isPresent()) {
                    problems.add(Problem.at(
                            at.child(service.ref().name()).child(name),
                            "the service " + service.ref().name() + " has a secret in its environment",
                            Evidence.redacted(name)));
                }
            }
            return Outcome.ofProblems(problems);
        });
    }

    private static Rule<?> autoLock() {
        return rule(
                info("SWM-005", Severity.MEDIUM, Profile.L1, "7.5", "4.3", """
                        Manager keys are not locked
                        A manager stores its TLS key and the key of its log, which holds all secrets, on the disk.
                        Without a lock, a stolen disk or backup of a manager gives the whole swarm.
                        Remedy: Run docker swarm update --autolock=true, and keep the unlock key in a safe place.
                        """),
                (swarm, context) -> swarm.autoLock()
                        .decideAt((locked, at) -> Outcome.failIf(
                                !locked,
                                at,
                                "managers start without an unlock key",
                                Evidence.of("AutoLockManagers", "false"))));
    }

    private static Rule<?> unlockKeyRotation() {
        return rule(
                info("SWM-006", Severity.INFO, Profile.L1, "7.6", "4.3", """
                        Rotation of the unlock key is not recorded
                        People who left may know the key that unlocks managers. The engine does not record when the key
                        was changed.
                        Remedy: Run docker swarm unlock-key --rotate on a schedule, and record it.
                        """),
                (swarm, context) -> Outcome.manual("check in your records when the unlock key was rotated"));
    }

    private static Rule<?> certificateLife() {
        return rule(
                info("SWM-007", Severity.LOW, Profile.L2, "7.7", "4.3", """
                        Certificates of nodes are valid for long
                        A stolen certificate and key of a node work until the certificate expires, and nodes renew
                        theirs by themselves.
                        Remedy: Run docker swarm update --cert-expiry 48h, or another time within your policy.
                        """).parameter(CERTIFICATE_LIFE),
                (swarm, context) -> swarm.certificateLife()
                        .decideAt((life, at) -> Outcome.failIf(
                                life.compareTo(context.value(CERTIFICATE_LIFE)) > 0,
                                at,
                                "certificates of nodes are valid for " + life.toHours() + " hours",
                                Evidence.of("NodeCertExpiry", life.toString()))));
    }

    private static Rule<?> authorityRotation() {
        return rule(
                info("SWM-008", Severity.INFO, Profile.L2, "7.8", "4.3", """
                        Rotation of the certificate authority is not recorded
                        A copy of the key of the swarm's certificate authority makes certificates for nodes until the
                        authority is replaced.
                        Remedy: Run docker swarm ca --rotate on a schedule, and record it.
                        """),
                (swarm, context) -> swarm.isRotatingAuthority()
                        .decide(rotating -> rotating
                                ? Outcome.pass()
                                : Outcome.manual("check in your records when the certificate authority was rotated")));
    }

    private static Rule<?> plugins() {
        return rule(
                info("SWM-010", Severity.MEDIUM, Profile.L1, "", "4.3", """
                        Service installs a plugin in the engines of nodes
                        A plugin is a program that each engine runs as root, outside of every container, with what the
                        service grants it: the host's network, folders, devices or capabilities. The rules for
                        containers do not judge it. Tasks of an unknown kind are not judged either.
                        Remedy: Remove the service unless the plugin is needed on every node, pin the plugin by digest,
                        and grant it nothing more. Waive the rule for a plugin that you have examined.
                        """).highest(Severity.HIGH),
                (swarm, context) -> swarm.otherServices().decideAt((services, at) -> {
                    Outcome all = Outcome.pass();
                    for (OtherService service : services) {
                        all = Outcome.allOf(all, plugin(service, at));
                    }
                    return all;
                }));
    }

    private static Outcome plugin(OtherService service, Location at) {
        return switch (service.kind()) {
            case ATTACHMENT -> Outcome.pass();
            case UNKNOWN ->
                Outcome.unknown(
                        MissingValue.Reason.UNREADABLE,
                        "the service " + service.name() + " has tasks of the kind " + service.what()
                                + ", which no rule judges");
            case PLUGIN -> {
                List<Evidence> evidence = new ArrayList<>(List.of(Evidence.of("plugin", service.what())));
                service.privileges()
                        .forEach((name, values) -> evidence.add(Evidence.of(name, String.join(" ", values))));
                Problem problem = Problem.at(
                        at.child(service.name()),
                        "the service " + service.name() + " installs a plugin"
                                + (service.privileges().isEmpty() ? "" : " with power over the host"),
                        evidence.toArray(Evidence[]::new));
                yield Outcome.fail(service.privileges().isEmpty() ? problem : problem.withSeverity(Severity.HIGH));
            }
        };
    }

    private static Rule<?> dataPath() {
        return rule(
                info("SWM-009", Severity.LOW, Profile.L2, "7.9", "4.3", """
                        Management and data traffic share an interface
                        If containers' traffic and the managers' use one network, a container that floods or watches
                        the one disturbs or sees the other.
                        Remedy: Join nodes with --data-path-addr set to an address of another interface than
                        --advertise-addr.
                        """),
                (swarm, context) ->
                        Outcome.manual("the Engine API does not report the data path: compare --data-path-addr with"
                                + " --advertise-addr in the commands that made the swarm"));
    }
}
