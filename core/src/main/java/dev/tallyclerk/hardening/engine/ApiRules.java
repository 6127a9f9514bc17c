package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Who can talk to the engine. */
final class ApiRules {
    private static final String NOT_TCP = "the API is not served over TCP";
    private static final String NOT_WARNED = "the running engine warns about none of its addresses";
    private static final EngineVersion WARNS_SINCE = EngineVersion.of(19, 3);

    private ApiRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(withoutTls(), anyClient(), everyInterface(), authorization(), metrics());
    }

    private static Rule<EngineSubject> withoutTls() {
        return Rules.rule(
                info("DMN-007", Severity.CRITICAL, Profile.L1, "2.7", "4.5.4", """
                        Remote API without TLS
                        A client of the API is root on the host. Over TCP without TLS that is anyone who can reach the
                        port, and such ports are found within hours.
                        Remedy: Remove the tcp:// address and use ssh:// remotely, or set "tlsverify": true with
                        "tlscacert", "tlscert" and "tlskey".
                        """),
                engine -> orWarned(
                        engine,
                        orNotWarned(
                                engine,
                                overTcp(
                                        engine,
                                        listener -> engine.usesTls()
                                                .decide(tls -> problemIf(
                                                        !tls, listener, "the API is served over TCP without TLS")))),
                        address -> address.unencrypted(),
                        "the engine warns that its API is served without encryption"));
    }

    private static Rule<EngineSubject> anyClient() {
        return Rules.rule(
                info("DMN-008", Severity.HIGH, Profile.L1, "2.7", "4.5.4", """
                        Remote API accepts any client
                        TLS without client certificates prevents eavesdropping but not access: everyone who can reach
                        the port is root on the host.
                        Remedy: Set "tlsverify": true, with the authority that signs client certificates in "tlscacert".
                        """),
                engine -> orWarned(
                        engine,
                        orNotWarned(
                                engine,
                                overTcp(
                                        engine,
                                        listener -> engine.usesTls().decide(tls -> verifies(engine, tls, listener)))),
                        address -> !address.unencrypted(),
                        "the engine warns that its API accepts any client"));
    }

    private static Outcome verifies(EngineSubject engine, boolean usesTls, Placed listener) {
        return usesTls
                ? engine.configured(EngineOption.TLSVERIFY)
                        .decide(on -> problemIf(!on, listener, "the API over TCP requires no client certificate"))
                : Outcome.notApplicable("the API is served without TLS");
    }

    private static Rule<EngineSubject> everyInterface() {
        return Rules.rule(
                info("DMN-009", Severity.HIGH, Profile.STRICT, "2.7", "4.5.4", """
                        Remote API listens on every interface
                        The address of every interface also covers networks to which the host may be connected later,
                        and the bridges of its containers.
                        Remedy: Name the address of a management network in "hosts".
                        """),
                engine -> orWarned(
                        engine,
                        overTcp(
                                engine,
                                listener -> problemIf(
                                        listener.listener().isEveryInterface(),
                                        listener,
                                        "the API is served on every interface")),
                        address -> new ListenAddress("tcp", address.address()).isEveryInterface(),
                        "the engine warns that its API is served on every interface"));
    }

    private static Rule<EngineSubject> authorization() {
        return Rules.rule(info("DMN-014", Severity.LOW, Profile.L2, "2.12", "4.5.4", """
                        No authorisation plugin
                        The engine itself has no roles: everyone with access to the API may do everything. A plugin can
                        refuse individual calls, such as those that create privileged containers.
                        Remedy: Install an authorisation plugin and name it in "authorization-plugins".
                        """), engine -> {
            Fact<List<String>> configured = engine.configured(EngineOption.AUTHORIZATION_PLUGINS);
            Fact<List<String>> reported = engine.info().authorizationPlugins();
            boolean some = engine.configuration()
                            .stated(EngineOption.AUTHORIZATION_PLUGINS)
                            .filter(known -> Facts.isStated(known, list -> !list.isEmpty()))
                            .isPresent()
                    || Facts.isStated(reported, list -> !list.isEmpty());
            Fact<List<String>> decisive = configured instanceof Fact.Missing ? reported : configured;
            return some
                    ? Outcome.pass()
                    : decisive.decideAt((none, at) -> Outcome.fail(Problem.at(at, "no plugin authorises API calls")));
        });
    }

    private static Rule<EngineSubject> metrics() {
        return Rules.rule(
                info("DMN-031", Severity.LOW, Profile.STRICT, "", "4.5.4", """
                        Metrics endpoint listens beyond loopback
                        Metrics are served without encryption or authentication, and reveal what runs on the host.
                        Remedy: Set "metrics-addr": "127.0.0.1:9323" and run the collector on the host.
                        """),
                engine -> Rules.failIf(
                        engine,
                        EngineOption.METRICS_ADDR,
                        address -> !address.isBlank() && !HostPort.isLoopback(HostPort.host(address)),
                        "metrics are served to other machines"));
    }

    private record Placed(ListenAddress listener, Location at) {}

    private static Outcome problemIf(boolean isProblem, Placed listener, String message) {
        return Outcome.failIf(
                isProblem,
                listener.at(),
                message,
                Evidence.of("host", listener.listener().toString()));
    }

    /** Decides over each TCP address of the API. */
    private static Outcome overTcp(EngineSubject engine, Function<Placed, Outcome> decision) {
        return Rules.ofKnown(
                engine,
                EngineOption.HOSTS,
                hosts -> Elements.allOf(hosts, Outcome.notApplicable(NOT_TCP), (text, at) -> {
                    ListenAddress listener = ListenAddress.parse(text);
                    return listener.isTcp() ? decision.apply(new Placed(listener, at)) : Outcome.notApplicable(NOT_TCP);
                }));
    }

    /** An address that the running engine warns about. */
    private record Warned(String address, boolean unencrypted) {}

    /**
     * Also judges the addresses that the running engine warns about, which may differ from a configuration that changed
     * since.
     */
    private static Outcome orWarned(
            EngineSubject engine, Outcome configured, Predicate<Warned> isProblem, String message) {
        Outcome running = Elements.failIf(
                engine.info().warnings(),
                warning -> !warned(warning).address().isEmpty() && isProblem.test(warned(warning)),
                (warning, at) -> Problem.at(
                        at, message, Evidence.of("host", warned(warning).address())));
        return running instanceof Outcome.Fail && !(configured instanceof Outcome.Fail) ? running : configured;
    }

    /**
     * Engines since 19.03 warn about each of their own addresses that accepts calls without TLS, or from any client
     * with it. They do not warn about sockets that they inherit.
     */
    private static Outcome orNotWarned(EngineSubject engine, Outcome configured) {
        boolean isOpen = engine.listeners() instanceof Fact.Missing
                && engine.configuration().stated(EngineOption.HOSTS).isEmpty();
        boolean wouldWarn = Facts.isStated(engine.info().serverVersion(), ApiRules::warns)
                && !engine.info().isPodman()
                && engine.info().warnings() instanceof Fact.Known;
        return isOpen && wouldWarn ? Outcome.notApplicable(NOT_WARNED) : configured;
    }

    private static boolean warns(String version) {
        return EngineVersion.parse(version)
                .filter(known -> !known.isBefore(WARNS_SINCE))
                .isPresent();
    }

    private static Warned warned(String warning) {
        for (String scheme : List.of("http://", "https://")) {
            String start = "API is accessible on " + scheme;
            int found = warning.indexOf(start);
            if (found >= 0) {
                String rest = warning.substring(found + start.length());
                int end = rest.indexOf(' ');
                return new Warned(end < 0 ? rest : rest.substring(0, end), scheme.equals("http://"));
            }
        }
        return new Warned("", false);
    }
}
