package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.PasswordCommands;
import dev.tallyclerk.internal.subject.UserIds;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rules on the accounts of the image, and on the user of its processes. */
final class UserRules {
    private static final Set<String> ADMINISTRATORS = Set.of("administrator", "containeradministrator", "system");

    private UserRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(runsAsRoot(), userIsAName(), sudoInBuild(), passwordInBuild());
    }

    private static Rule<ImageSubject> runsAsRoot() {
        return rule(
                info("IMG-001", "Image runs as root", Severity.HIGH, Profile.L1, "4.1", "4.1.2"),
                "An attacker who takes over a root process has every capability of the container, and is root on"
                        + " the host after an escape through a flaw of the kernel or engine.",
                "Create an account for the application and select it by number in the last USER instruction, for"
                        + " example USER 10001:10001; in a Windows image, write USER ContainerUser.",
                image -> image.os()
                        .decide(os -> os.equals("windows")
                                ? image.user().decideAt(UserRules::administrator)
                                : image.user().decideAt(UserRules::root)));
    }

    private static Outcome root(String user, Location at) {
        String name = userPart(user);
        if (name.isEmpty()) {
            return Outcome.fail(Problem.at(at, "no user is set, so the engine uses root"));
        }
        if (UserIds.isOutOfRange(name)) {
            return Outcome.fail(Problem.at(
                    at,
                    "the user ID is above 2147483647 or below 0, which some engines treat as root",
                    Evidence.of("User", user)));
        }
        if (UserIds.isRoot(name)) {
            return Outcome.fail(Problem.at(at, "the user is root", Evidence.of("User", user)));
        }
        return Rules.failIf(
                UserIds.isOutOfRange(user.substring(user.indexOf(':') + 1)),
                at,
                "the group ID is above 2147483647 or below 0, which some engines treat as that of root",
                Evidence.of("User", user));
    }

    /** The default user of a Windows image depends on its base: Nano Server's is not an administrator. */
    private static Outcome administrator(String user, Location at) {
        if (user.isEmpty()) {
            return Outcome.unknown(
                    MissingValue.Reason.KEY_MISSING,
                    "no user is set, and the default user of a Windows image depends on its base");
        }
        Outcome elsewhere = root(user, at);
        if (elsewhere instanceof Outcome.Fail) {
            // Only the image itself claims to be for Windows.
            return elsewhere;
        }
        String name = user.substring(user.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT);
        return Rules.failIf(
                ADMINISTRATORS.contains(name), at, "the user is an administrator", Evidence.of("User", user));
    }

    private static Rule<ImageSubject> userIsAName() {
        return rule(
                info("IMG-002", "User is a name instead of a number", Severity.LOW, Profile.STRICT, "4.1", "4.1.2"),
                "Only the image's /etc/passwd maps the name to a number, so an orchestrator cannot tell before the"
                        + " start whether the user is root.",
                "Write the number of the account in the USER instruction, for example USER 10001.",
                image -> image.user().decideAt((user, at) -> {
                    String name = userPart(user);
                    if (name.isEmpty()) {
                        return Outcome.notApplicable("no user is set");
                    }
                    return Rules.failIf(
                            !UserIds.isNumber(name), at, "the user is given by name", Evidence.of("User", user));
                }));
    }

    private static Rule<ImageSubject> sudoInBuild() {
        return rule(
                info("IMG-018", "Build uses sudo", Severity.LOW, Profile.L1, "4.1", "4.1.2"),
                "Build steps run as root or switch with USER, so sudo is unnecessary. Left in the image, it is a"
                        + " set-user-ID program with which a configuration mistake grants root.",
                "Switch the account with USER around the steps that need it, and do not install sudo.",
                image -> Rules.overCommands(
                        image, command -> command.program().equals("sudo"), "a build step runs sudo"));
    }

    private static String userPart(String user) {
        int colon = user.indexOf(':');
        return colon < 0 ? user : user.substring(0, colon);
    }

    private static Rule<ImageSubject> passwordInBuild() {
        return rule(
                info("IMG-022", "Build sets a password", Severity.HIGH, Profile.L1, "4.10", "4.1.4"),
                "A password set during the build is the same in every container of the image, and anyone can read"
                        + " or crack it in the history or in /etc/shadow.",
                "Lock the account and log in by other means, or set the password at run time from a secret.",
                image -> Rules.overSteps(
                        image, step -> PasswordCommands.setPassword(step.script()), "a build step sets a password"));
    }
}
