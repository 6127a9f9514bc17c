package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.DownloadedPrograms;
import dev.tallyclerk.internal.command.Downloads;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.registry.audit.internal.BuildHistory;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import dev.tallyclerk.registry.audit.internal.StepSummary;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules on how the build brought files and programs into the image. */
final class BuildRules {
    private static final int DIGEST_LENGTH = 64;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]+");

    private BuildRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(addUsed(), addFromUrl(), pipedIntoShell(), onBuild());
    }

    private static Rule<ImageSubject> addUsed() {
        return rule(
                info("IMG-012", "Build uses ADD", Severity.LOW, Profile.L1, "4.9", "4.1.2"),
                "ADD downloads URLs and unpacks archives, so the content of the image depends on more than the"
                        + " build file shows. The root file system of a base image is made with ADD, and is"
                        + " excepted.",
                "Use COPY for files of the build context.",
                image -> Rules.overSteps(
                        image, step -> step.isAdd() && !isBaseFileSystem(step), "a build step uses ADD"));
    }

    private static boolean isBaseFileSystem(BuildStep step) {
        return step.layer() == 0 && ImagePath.clean(step.destination()).equals("/") && !hasDownload(step);
    }

    private static Rule<ImageSubject> addFromUrl() {
        return rule(
                info("IMG-013", "ADD downloads without a checksum", Severity.MEDIUM, Profile.L1, "4.9", "4.1.5"),
                "Whatever the server sends during the build becomes part of the image. For a git repository, a"
                        + " commit in the URL is as good as a checksum. If a builder does not record the checksum"
                        + " option, this rule fails even if the option was given.",
                "Pin the content: ADD --checksum=sha256:… URL, ADD REPOSITORY#COMMIT with the full commit ID, or"
                        + " download and verify it in one RUN step.",
                image -> Rules.overSteps(image, step -> {
                    Evidence[] shown = step.isAdd() && !step.hasOption("--checksum") ? unpinned(step) : new Evidence[0];
                    return shown.length == 0
                            ? List.of()
                            : List.of(Problem.at(
                                    new Location.History(step.index()), "ADD downloads without a checksum", shown));
                }));
    }

    private static Evidence[] unpinned(BuildStep step) {
        boolean isClassic = isClassic(step);
        return step.sources().stream()
                .filter(source -> isDownload(source, isClassic) && !Downloads.isCommit(source))
                .limit(Rules.MAX_SHOWN)
                .flatMap(source ->
                        isDigest(source) ? Stream.of(Evidence.of("downloaded", source)) : Rules.url(source).stream())
                .toArray(Evidence[]::new);
    }

    private static boolean hasDownload(BuildStep step) {
        boolean isClassic = isClassic(step);
        return step.sources().stream().anyMatch(source -> isDownload(source, isClassic));
    }

    private static boolean isClassic(BuildStep step) {
        return step.words().contains("in");
    }

    /** The classic builder records a download as a bare digest, and a file as {@code file:} and a digest. */
    private static boolean isDownload(String source, boolean isClassic) {
        return Downloads.isWebUrl(source) || Downloads.isRepository(source) || (isClassic && isDigest(source));
    }

    private static boolean isDigest(String source) {
        return source.length() == DIGEST_LENGTH && DIGEST.matcher(source).matches();
    }

    private static Rule<ImageSubject> pipedIntoShell() {
        return rule(
                info("IMG-019", "Build runs an unverified download", Severity.MEDIUM, Profile.STRICT, "4.11", "4.1.5"),
                "A script piped from the network into an interpreter is not verified, and a broken connection runs"
                        + " only half of it.",
                "Download to a file, verify its digest or signature, then run it.",
                image -> Rules.overSteps(
                        image, step -> DownloadedPrograms.runsDownload(step.script()), "a build step runs a download"));
    }

    private static Rule<ImageSubject> onBuild() {
        return rule(
                info("IMG-030", "Image has ONBUILD triggers", Severity.LOW, Profile.STRICT, "", "4.1.2"),
                "A trigger runs in every build that uses the image as a base, without being visible in that build's"
                        + " file.",
                "Write the instructions into the builds that need them.",
                image -> Elements.failIf(
                        image.onBuild(),
                        trigger -> true,
                        (trigger, at) -> Problem.at(
                                at,
                                "the image has an ONBUILD trigger",
                                Evidence.of("trigger", StepSummary.of(BuildHistory.instruction(trigger))))));
    }
}
