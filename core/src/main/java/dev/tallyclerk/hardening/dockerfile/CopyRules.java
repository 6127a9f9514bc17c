package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.CommandSummary;
import dev.tallyclerk.internal.command.Downloads;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules on files that a build brings into the image. */
final class CopyRules {
    static final Pattern ARCHIVE = Pattern.compile(
            "(?i).*\\.(?:tar|tar\\.[a-z0-9]+|tgz|tbz2?|tb2|txz|tlz|tpz|tzst|tz|gz|bz2|xz|lz|lzma|z|zst)[*?]?");

    private static final RuleParameter<List<String>> CONTEXTS = RuleParameter.textList(
            "namedContexts", List.of(), "The contexts that the build gets with --build-context, by name.");

    private static final Set<String> EVERYTHING = Set.of(".", "./", "/", "/.", "*", "./*");
    private static final Set<String> FOLDERS = Set.of(".", "..");

    private CopyRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(add(), download(), from(), noSlash(), everything(), relative());
    }

    private static boolean startsUnknown(Expansion word) {
        return !word.text().isEmpty() && word.text().charAt(0) == WordExpander.HOLE;
    }

    private static boolean isDownload(String source) {
        return Downloads.isWebUrl(source) || Downloads.isRepository(source);
    }

    private static Rule<DockerfileSubject> add() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-009", severity, Profile.L1, "4.9", "4.1.2", """
                        ADD copies a file
                        ADD downloads URLs and unpacks archives, so a name that changes can change what it does. COPY only
                        copies.
                        Remedy: Use COPY for files and directories of the build context.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (!step.is("ADD")) {
                        return;
                    }
                    for (Expansion source : step.sources()) {
                        String text = source.text();
                        boolean isLocal =
                                !isDownload(text) && !ARCHIVE.matcher(text).matches();
                        boolean mayBeArchive = text.endsWith(String.valueOf(WordExpander.HOLE));
                        if (isLocal && !startsUnknown(source) && !mayBeArchive) {
                            found.add(
                                    step.instruction().at(),
                                    "ADD copies a local file, for which COPY is enough",
                                    Findings.shown("source", source));
                            return;
                        }
                        if (isLocal) {
                            found.unresolved(step, source);
                        }
                    }
                }));
    }

    private static Rule<DockerfileSubject> download() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-010", severity, Profile.L1, "4.9", "4.1.5", """
                        ADD downloads without a checksum
                        Whatever the server sends during the build becomes part of the image. For a git repository, a
                        commit in the URL is as good as a checksum.
                        Remedy: Pin the content: ADD --checksum=sha256:… URL, or ADD REPOSITORY#COMMIT with the full
                        commit ID.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    Expansion checksum = step.options().getOrDefault("checksum", Expansion.literal(""));
                    if (!step.is("ADD") || !checksum.text().isEmpty()) {
                        return;
                    }
                    for (Expansion source : step.sources()) {
                        if (isDownload(source.text()) && !Downloads.isCommit(source.text())) {
                            String shown = CommandSummary.address(source.text().replace(WordExpander.HOLE, '?'));
                            found.add(
                                    step.instruction().at(),
                                    "ADD downloads without a checksum",
                                    Evidence.of("url", shown));
                        } else if (startsUnknown(source)) {
                            found.unresolved(step, source);
                        }
                    }
                }));
    }

    private static Rule<DockerfileSubject> from() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-035", severity, Profile.STRICT, "", "4.1.2", """
                        Source of COPY --from is no earlier stage
                        Only stages before this one exist when it is built. Another name is taken for an image, which a
                        registry's owner or an attacker can provide under that name.
                        Remedy: Write the name of an earlier stage, or the image with registry and tag. Contexts that the
                        build gets with --build-context can be listed in the policy.
                        """)
                        .parameter(CONTEXTS)
                        .build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    List<String> contexts = context.value(CONTEXTS);
                    for (Step step : stage.steps()) {
                        for (String name : step.froms()) {
                            if (!contexts.contains(name) && !step.isInChild()) {
                                judge(subject.file(), stage, step, name, found);
                            }
                        }
                    }
                }));
    }

    private static void judge(Dockerfile file, BuiltStage stage, Step step, String name, Findings found) {
        if (name.indexOf('$') >= 0) {
            found.unresolved(step, Expansion.unknown("the name after --from"));
            return;
        }
        boolean isAnotherImage = CopySources.looksLikeImage(name) || name.equals("scratch");
        if (CopySources.earlier(file, stage, name).isPresent() || isAnotherImage) {
            return;
        }
        Optional<Stage> later = file.stage(name);
        boolean isOwn = later.isPresent() && later.equals(stage.stage());
        String message = isOwn
                ? "a stage copies from itself"
                : later.isPresent()
                        ? "a stage copies from a later one"
                        : "the name after --from is no earlier stage; as an image it has neither registry nor tag";
        found.add(step.instruction().at(), message, Evidence.of("from", name));
    }

    private static Rule<DockerfileSubject> noSlash() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-036", severity, Profile.STRICT, "", "4.1.2", """
                        COPY of several sources to something that is no directory
                        A build fails if several files go to a destination without a slash at its end.
                        Remedy: Write a slash after the destination.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if ((!step.is("COPY") && !step.is("ADD")) || step.sources().size() < 2) {
                        return;
                    }
                    String destination = step.destination().text();
                    boolean isFolder =
                            destination.endsWith("/") || destination.endsWith("\\") || FOLDERS.contains(destination);
                    if (destination.endsWith(String.valueOf(WordExpander.HOLE))) {
                        found.unresolved(step, step.destination());
                    } else if (!isFolder) {
                        found.add(
                                step.instruction().at(),
                                step.instruction().keyword()
                                        + " has several sources, and a destination without a slash",
                                Findings.shown("destination", step.destination()));
                    }
                }));
    }

    private static Rule<DockerfileSubject> everything() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-042", severity, Profile.STRICT, "4.10", "4.1.4", """
                        Whole context or file system copied
                        Whatever lies in the context goes into the image: version control, keys, local settings. Whatever
                        lies in another stage's file system hides what is needed.
                        Remedy: Copy the paths that are needed, and list the others in .dockerignore.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    boolean copies = step.is("COPY") || step.is("ADD");
                    boolean isAll = copies
                            && step.sources().stream().map(Expansion::text).anyMatch(EVERYTHING::contains);
                    boolean isFromStage = step.instruction().flag("from").isPresent();
                    boolean isRoot = step.destination().text().equals("/");
                    if (!isAll || (isFromStage && !isRoot)) {
                        return;
                    }
                    if (isFromStage || !subject.hasIgnoreFile().orElse(true)) {
                        found.add(
                                step.instruction().at(),
                                isFromStage
                                        ? "the whole file system of a stage is copied"
                                        : "the whole context is copied, and there is no .dockerignore",
                                StepNames.evidence(step));
                    } else if (subject.hasIgnoreFile().isEmpty()) {
                        found.missing(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                "the whole context is copied at "
                                        + step.instruction().at() + ", and the .dockerignore was not given");
                    }
                }));
    }

    private static Rule<DockerfileSubject> relative() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-049", severity, Profile.STRICT, "", "4.1.2", """
                        COPY to a relative path without WORKDIR
                        Where the files go depends on the working directory of the base image, which may change.
                        Remedy: Write an absolute path, or a WORKDIR before it.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (!step.is("COPY")
                            || step.directory() != null
                            || step.isInChild()
                            || step.words().size() < 2) {
                        return;
                    }
                    String destination = Paths.unquoted(step.destination().text());
                    if (startsUnknown(step.destination())) {
                        found.unresolved(step, step.destination());
                    } else if (!Paths.isAbsolute(destination)) {
                        found.add(
                                step.instruction().at(),
                                "COPY goes to a relative path, and no WORKDIR precedes it",
                                Findings.shown("destination", step.destination()));
                    }
                }));
    }
}
