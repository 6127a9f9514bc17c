package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.compose.Item.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules about what services share, and about the files themselves. */
final class FileRules {
    /** A commit of git after the number sign, or a digest. */
    private static final Pattern PINNED =
            Pattern.compile("(?i).*(?:#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::.*)?|@sha256:[0-9a-f]{64})");

    private FileRules() {}

    static List<Rule<ComposeService>> all() {
        return List.of(sharedVolume(), remote(), oddKey());
    }

    private static Rule<ComposeService> sharedVolume() {
        return Rule.of(
                info("CMP-006", Severity.LOW, Profile.STRICT, "", "4.4.3", """
                Volume is written by several services
                A service that is taken over can change what the others read, up to programs that they run.
                Remedy: Mount the volume with :ro in all services but one.
                """).build(),
                ComposeService.class,
                (service, context) -> {
                    Map<String, Item> services = service.project()
                            .model()
                            .mapping("services")
                            .map(Members::members)
                            .orElse(Map.of());
                    List<Problem> problems = new ArrayList<>();
                    boolean isUnset = false;
                    for (Item element : service.service().elements("volumes")) {
                        ShortForms.Volume volume = ShortForms.volume(element);
                        boolean isNamed = volume.type().equals("volume")
                                && !volume.source().isEmpty();
                        isUnset |= isNamed && volume.source().indexOf(Interpolator.UNSET) >= 0;
                        if (!isNamed || volume.isReadOnly() || isUnset) {
                            continue;
                        }
                        List<String> others = services.entrySet().stream()
                                .filter(other -> !other.getKey().equals(service.name())
                                        && writes(other.getValue(), volume.source()))
                                .map(Map.Entry::getKey)
                                .toList();
                        if (!others.isEmpty()) {
                            problems.add(Problem.at(
                                    volume.at().at(),
                                    "the volume " + volume.source() + " is written by " + String.join(", ", others)
                                            + " too",
                                    Evidence.of("volume", volume.source())));
                        }
                    }
                    return problems.isEmpty() && isUnset
                            ? Outcome.unknown(
                                    MissingValue.Reason.UNRESOLVED_VARIABLE,
                                    "the name of a volume depends on a variable that is not set")
                            : Outcome.ofProblems(problems);
                });
    }

    private static boolean writes(Item service, String volume) {
        return service instanceof Members members
                && members.elements("volumes").stream()
                        .map(ShortForms::volume)
                        .anyMatch(other ->
                                other.type().equals("volume") && other.source().equals(volume) && !other.isReadOnly());
    }

    private static Rule<ComposeService> remote() {
        return Rule.of(
                        info("CMP-007", Severity.MEDIUM, Profile.L1, "4.2", "4.4.3", """
                Remote file is included without a digest
                What a branch or a tag points to can change at any time, and with it what runs on the host. The content
                of remote files is not judged.
                Remedy: Pin the commit (#COMMIT) or the digest (@sha256:...), or copy the file into the repository.
                """)
                                .build(),
                        ComposeService.class,
                        (service, context) -> elsewhere(service.project(), service.name()))
                .withSubject(ComposeProject.class, (project, context) -> elsewhere(project, ""));
    }

    /** A pinned file is the same each time, but what it says is not known here. */
    private static Outcome elsewhere(ComposeProject project, String service) {
        List<Problem> problems = new ArrayList<>();
        List<MissingValue> missing = new ArrayList<>();
        for (Elsewhere remote : project.findings().remotes()) {
            if (remote.service().equals(service)
                    && PINNED.matcher(remote.name()).matches()) {
                missing.add(new MissingValue(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                "the remote file " + remote.name() + " was not read")
                        .withLocation(remote.at()));
            } else if (remote.service().equals(service)) {
                problems.add(Problem.at(
                        remote.at(), "a remote file is used without a digest", Evidence.of("file", remote.name())));
            }
        }
        for (Elsewhere file : project.findings().unread()) {
            if (file.service().equals(service) && service.isEmpty()) {
                missing.add(new MissingValue(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED, "the file " + file.name() + " was not read")
                        .withLocation(file.at()));
            }
        }
        Outcome rest = missing.isEmpty() ? Outcome.pass() : new Outcome.Unknown(missing);
        return problems.isEmpty() ? rest : Outcome.ofProblems(problems);
    }

    private static Rule<ComposeService> oddKey() {
        return Rule.of(
                        info("CMP-010", Severity.INFO, Profile.STRICT, "", "4.4.3", """
                Key is unknown or obsolete
                Compose refuses unknown keys or, in an older version, ignores them: a setting that protects is not
                there. The key version has no effect.
                Remedy: Correct the key, remove it, or begin its name with x-.
                """)
                                .build(),
                        ComposeService.class,
                        (service, context) -> odd(service.project(), service.name()))
                .withSubject(ComposeProject.class, (project, context) -> odd(project, ""));
    }

    private static Outcome odd(ComposeProject project, String service) {
        return Outcome.ofProblems(project.findings().odd().stream()
                .filter(oddity -> oddity.service().equals(service))
                .map(oddity -> Problem.at(oddity.at(), oddity.what()))
                .toList());
    }
}
