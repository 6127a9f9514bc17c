package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.PackageCommands;
import java.util.List;

/** Rules on the build's use of package managers. */
final class PackageRules {
    private PackageRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(updateAlone(), listsKept(), cacheKept(), distributionUpgrade(), unsignedPackages());
    }

    private static Rule<ImageSubject> updateAlone() {
        return rule(
                info("IMG-014", "Package index is updated in its own step", Severity.LOW, Profile.L1, "4.7", "4.1.1"),
                "Builders cache the layer with the index, so a later build installs from an old index, without the"
                        + " fixes made since.",
                "Combine update and install in one RUN instruction.",
                image -> Rules.overSteps(
                        image,
                        step -> PackageCommands.updatesAlone(step.commands()),
                        "an update is not followed by an install in its step"));
    }

    private static Rule<ImageSubject> listsKept() {
        return rule(
                info("IMG-015", "Package lists are left in the layer", Severity.LOW, Profile.STRICT, "4.3", "4.1.2"),
                "The lists enlarge the image and are soon out of date. If a later step removes them, they are still"
                        + " in the layer.",
                "End the RUN instruction that updates or installs with rm -rf /var/lib/apt/lists/*, or apt-get"
                        + " dist-clean where apt has it.",
                image -> Rules.overSteps(
                        image,
                        step -> PackageCommands.keepsLists(step.commands())
                                && !step.leavesNothingIn("/var/lib/apt/lists"),
                        "the apt lists are not removed in the step that fetches them"));
    }

    private static Rule<ImageSubject> cacheKept() {
        return rule(
                info("IMG-016", "apk keeps its index", Severity.LOW, Profile.STRICT, "4.3", "4.1.2"),
                "Without --no-cache, the index stays in the layer, enlarges it, and is used by later steps even"
                        + " when out of date.",
                "Install with apk add --no-cache, without apk update.",
                image -> Rules.overSteps(
                        image,
                        step -> PackageCommands.keepsIndex(step.commands()) && !step.leavesNothingIn("/var/cache/apk"),
                        "apk add runs without --no-cache"));
    }

    private static Rule<ImageSubject> distributionUpgrade() {
        return rule(
                info("IMG-017", "Build upgrades the distribution", Severity.LOW, Profile.STRICT, "4.7", "4.1.1"),
                "Upgrading everything makes another distribution than the base image, varies from build to build,"
                        + " and hides that the base image is old.",
                "Build on a newer version of the base image.",
                image -> Rules.overCommands(
                        image, PackageCommands::upgradesDistribution, "a build step upgrades the distribution"));
    }

    private static Rule<ImageSubject> unsignedPackages() {
        return rule(
                info("IMG-021", "Package signatures are not verified", Severity.HIGH, Profile.L1, "4.11", "4.1.5"),
                "Only the signature proves that a package comes from its distribution. Without it, an attacker who"
                        + " controls a mirror or the path to it controls the image.",
                "Import the key of the repository, and remove the option.",
                image -> Rules.overCommands(
                        image,
                        PackageCommands::skipsSignatures,
                        "a build step installs packages without checking signatures"));
    }
}
