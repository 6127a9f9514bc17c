package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretNames;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** The rules about single services. */
final class ServiceRules {
    private static final RuleParameter<Boolean> LEGACY = RuleParameter.flag(
            "legacyCompose", false, "Whether the files are for docker-compose 1, which ignores deploy.resources.");

    private static final Set<String> ENTITLEMENTS = Set.of("security.insecure", "network.host");
    private static final String UNREAD = "the service extends one that was not read";

    private ServiceRules() {}

    static List<Rule<ComposeService>> all() {
        return List.of(
                mutableTag(),
                secret(),
                buildSecret(),
                engineSocket(),
                entitlements(),
                noSecurityOption(),
                deployOnly());
    }

    private static Rule<ComposeService> rule(
            RuleInfo.Builder info, BiFunction<ComposeService, RuleContext, Outcome> decision) {
        return Rule.of(info.build(), ComposeService.class, decision);
    }

    private static Rule<ComposeService> mutableTag() {
        return rule(
                info("CMP-001", Severity.LOW, Profile.L1, "5.28", "4.4.3", """
                Service's image has the tag latest or none
                Without a version, two starts of the same file may run different programs, and nobody can tell which.
                Remedy: Name a version in image:, best with the digest that belongs to it.
                """), (service, context) -> image(service));
    }

    private static Outcome image(ComposeService service) {
        Members members = service.service();
        Optional<Text> image = members.text("image");
        if (image.isEmpty()) {
            return members.get("build").isPresent()
                    ? Outcome.notApplicable("the image is built from the project")
                    : missing(service, "image", "the service has neither image nor build");
        }
        Text text = image.get();
        try {
            Reference reference = Reference.parseNormalized(text.text().replace(Interpolator.UNSET, 'u'));
            boolean isPinned = reference.digest().isPresent();
            String tag = reference.tag().orElse("");
            int colon = text.text().lastIndexOf(':');
            boolean isUnset = text.isUnset()
                    && !isPinned
                    && (tag.isEmpty()
                            || colon < 0
                            || text.text().indexOf(Interpolator.UNSET, colon) >= 0
                            || text.text().indexOf('/', colon) >= 0);
            if (isUnset) {
                return unset(text, "image");
            }
            return Outcome.failIf(
                    !isPinned && (tag.isEmpty() || tag.equals("latest")),
                    text.at(),
                    tag.isEmpty() ? "the image has no tag, which means latest" : "the image has the tag latest",
                    Evidence.of("image", text.text().replace(String.valueOf(Interpolator.UNSET), "${...}")));
        } catch (MalformedReferenceException e) {
            return text.isUnset()
                    ? unset(text, "image")
                    : Outcome.unknown(
                            new MissingValue(MissingValue.Reason.UNREADABLE, "image is not an image reference")
                                    .withLocation(text.at()));
        }
    }

    private static Outcome unset(Text text, String key) {
        return Outcome.unknown(ServiceRequest.unset(text, key));
    }

    private static Outcome missing(ComposeService service, String key, String what) {
        return Outcome.unknown(new MissingValue(MissingValue.Reason.KEY_MISSING, what)
                .withLocation(service.service().at().child(key)));
    }

    private static Rule<ComposeService> secret() {
        return rule(info("CMP-002", Severity.HIGH, Profile.L1, "4.10", "4.4.3", """
                Secret is written in the Compose file
                Compose files are kept in repositories and copied to servers; everyone who reads one has the secret. A default
                in ${NAME:-value} is in the file too.
                Remedy: Use secrets: with a file outside of the repository and a *_FILE variable, or write ${NAME}
                and set the variable where the project is started. Replace the secret that was found.
                """), (service, context) -> {
            List<Problem> problems = new ArrayList<>();
            SecretPatterns more = SecretPatterns.of(context.secretPatterns());
            for (String key : List.of("environment", "labels")) {
                service.service().get(key).map(Merger::assignments).ifPresent(item -> {
                    if (item instanceof Members members) {
                        literals(key, members, more, problems);
                    }
                });
            }
            for (String key : List.of("command", "entrypoint")) {
                words(key, service.service(), more, problems);
            }
            for (Item config : service.service().elements("configs")) {
                service.project()
                        .model()
                        .text("configs", ShortForms.fileSource(config), "content")
                        .flatMap(text -> found("", text, more).map(what -> problem(text, "configs", what)))
                        .ifPresent(problems::add);
            }
            return problems.isEmpty() && isOpen(service) ? unread(service) : Outcome.ofProblems(problems);
        });
    }

    private static void literals(String key, Members members, SecretPatterns more, List<Problem> problems) {
        members.members().forEach((name, value) -> {
            if (value instanceof Text text) {
                found(name, text, more)
                        .map(what -> problem(text, key + "." + name, what))
                        .ifPresent(problems::add);
            }
        });
    }

    private static void words(String key, Members service, SecretPatterns more, List<Problem> problems) {
        String option = "";
        for (Item element : service.elements(key)) {
            if (element instanceof Text text) {
                for (String word : service.get(key).orElseThrow() instanceof Text
                        ? ShellWords.split(literal(text))
                        : List.of(literal(text))) {
                    int equals = word.indexOf('=');
                    String name = equals < 0 ? option : word.substring(0, equals);
                    boolean isSecretOption = equals < 0 && SecretNames.isSecretOption(option);
                    Optional<String> what = equals < 0 && !isSecretOption
                            ? found("", text.with(word), more)
                            : found(isSecretOption ? "password" : name, text.with(word.substring(equals + 1)), more);
                    what.ifPresent(kind -> problems.add(problem(text, key, kind)));
                    option = word.startsWith("-") ? word : "";
                }
            }
        }
    }

    private static Problem problem(Text text, String key, String what) {
        return Problem.at(text.at(), key + " holds a " + what, Evidence.redacted(key));
    }

    /** {@return the text as far as it is literal in the file} */
    private static String literal(Text text) {
        return text.isUnset() || text.result().isFromOutside() ? text.raw() : text.text();
    }

    private static Optional<String> found(String name, Text text, SecretPatterns more) {
        String value = literal(text);
        boolean isReference =
                value.startsWith("$") && (text.isUnset() || text.result().isFromOutside());
        if (isReference) {
            return Optional.empty();
        }
        Optional<String> known = SecretAssignment.judge(name, value);
        return known.isPresent() ? known : more.namesIn(value).stream().findFirst();
    }

    private static Rule<ComposeService> buildSecret() {
        return rule(info("CMP-003", Severity.HIGH, Profile.L1, "4.10", "4.4.3", """
                Secret is passed as a build argument
                The values of build arguments stay in the history of the image, which everyone who pulls it can read,
                even if they come from a variable.
                Remedy: Use build.secrets: and RUN --mount=type=secret in the Dockerfile.
                """), (service, context) -> {
            List<Problem> problems = new ArrayList<>();
            service.service().get("build", "args").map(Merger::assignments).ifPresent(item -> {
                if (item instanceof Members members) {
                    members.members().forEach((name, value) -> {
                        boolean isSwitch = value instanceof Text text && SecretAssignment.isSwitch(text.text());
                        if (SecretNames.isSecret(name) && !isSwitch) {
                            problems.add(Problem.at(
                                    value.at(),
                                    "the build argument " + name + " has a secret's name",
                                    Evidence.redacted(name)));
                        }
                    });
                }
            });
            if (service.service().get("build").isEmpty() && !isOpen(service)) {
                return Outcome.pass();
            }
            return problems.isEmpty() && isOpen(service) ? unread(service) : Outcome.ofProblems(problems);
        });
    }

    private static Rule<ComposeService> engineSocket() {
        return rule(info("CMP-004", Severity.CRITICAL, Profile.L1, "5.32", "4.4.3", """
                Service gets the engine's API socket
                With use_api_socket the service may start privileged containers, and so owns the host; it also gets the
                user's registry credentials.
                Remedy: Remove use_api_socket. Where the API is needed, give a proxy that allows few requests.
                """), (service, context) -> {
            Optional<Item> flag = service.service().get("use_api_socket");
            if (flag.isEmpty()) {
                return isOpen(service) ? unread(service) : Outcome.pass();
            }
            if (flag.get() instanceof Text text && text.isUnset()) {
                return unset(text, "use_api_socket");
            }
            Optional<Boolean> truth = flag.get() instanceof Text text ? Values.truth(text) : Optional.empty();
            return truth.isEmpty()
                    ? Outcome.unknown(
                            new MissingValue(MissingValue.Reason.UNREADABLE, "use_api_socket is not a truth value")
                                    .withLocation(flag.get().at()))
                    : Outcome.failIf(truth.get(), flag.get().at(), "the service gets the engine's API socket");
        });
    }

    private static Rule<ComposeService> entitlements() {
        return rule(info("CMP-005", Severity.HIGH, Profile.STRICT, "5.5", "4.4.3", """
                Build runs with extra entitlements
                A privileged build step, or one in the host's network, gives every Dockerfile and package that it runs
                access to the build host.
                Remedy: Remove build.privileged, build.entitlements and network: host; fetch in a step of its own.
                """), (service, context) -> {
            Optional<Members> build = service.service().mapping("build");
            if (build.isEmpty()) {
                return service.service().get("build").isEmpty() && isOpen(service) ? unread(service) : Outcome.pass();
            }
            List<Outcome> outcomes = new ArrayList<>();
            build.get()
                    .text("privileged")
                    .ifPresent(text -> outcomes.add(
                            text.isUnset()
                                    ? unset(text, "build.privileged")
                                    : Outcome.failIf(Values.isTrue(text), text.at(), "the build is privileged")));
            build.get()
                    .text("network")
                    .ifPresent(text -> outcomes.add(
                            text.isUnset()
                                    ? unset(text, "build.network")
                                    : Outcome.failIf(
                                            text.text().equals("host"),
                                            text.at(),
                                            "the build uses the host's network")));
            for (Item element : build.get().elements("entitlements")) {
                if (element instanceof Text text) {
                    outcomes.add(
                            text.isUnset()
                                    ? unset(text, "build.entitlements")
                                    : Outcome.failIf(
                                            ENTITLEMENTS.contains(text.text()),
                                            text.at(),
                                            "the build has the entitlement " + text.text()));
                }
            }
            return Outcome.allOf(Outcome.pass(), outcomes.toArray(Outcome[]::new));
        });
    }

    private static Rule<ComposeService> noSecurityOption() {
        return rule(info("CMP-008", Severity.LOW, Profile.STRICT, "5.26", "4.4.3", """
                Service has no security_opt
                Without an option, processes may gain privileges by set-user-ID programs, and the profiles are whatever
                the engine has.
                Remedy: Write security_opt: [no-new-privileges:true], and name profiles where they matter.
                """), (service, context) -> {
            if (!service.service().elements("security_opt").isEmpty()) {
                return Outcome.pass();
            }
            return isOpen(service)
                    ? unread(service)
                    : Outcome.fail(Problem.at(
                            service.service().at().child("security_opt"), "the service has no security_opt"));
        });
    }

    private static Rule<ComposeService> deployOnly() {
        return rule(
                info("CMP-009", Severity.INFO, Profile.STRICT, "5.11", "4.4.3", """
                Limits are below deploy only
                docker-compose 1 ignores deploy.resources, so that the service has no limits there. Compose 2 and swarm
                apply them.
                Remedy: Write mem_limit, cpus and pids_limit too, with the same values, or use Compose 2.
                """)
                        .parameter(LEGACY),
                (service, context) -> {
                    Optional<Members> limits = service.service().mapping("deploy", "resources", "limits");
                    if (limits.isEmpty() || !context.value(LEGACY)) {
                        return Outcome.pass();
                    }
                    List<Problem> problems = new ArrayList<>();
                    Map<String, String> pairs = Map.of("memory", "mem_limit", "cpus", "cpus", "pids", "pids_limit");
                    limits.get().members().forEach((name, value) -> {
                        String key = pairs.get(name);
                        if (key != null && service.service().get(key).isEmpty()) {
                            problems.add(Problem.at(
                                    value.at(), "docker-compose 1 ignores this limit; " + key + " is not set"));
                        }
                    });
                    return Outcome.ofProblems(problems);
                });
    }

    private static boolean isOpen(ComposeService service) {
        return !service.unknownBase().isEmpty();
    }

    private static Outcome unread(ComposeService service) {
        List<MissingValue> why = service.unknownBase();
        return why.isEmpty()
                ? Outcome.unknown(MissingValue.Reason.SOURCE_NOT_PROVIDED, UNREAD)
                : new Outcome.Unknown(why.stream().distinct().toList());
    }
}
