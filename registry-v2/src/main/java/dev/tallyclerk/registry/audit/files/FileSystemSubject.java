package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.registry.verify.ImageVerification;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files of an image as a subject of rules.
 *
 * <p>Immutable.
 */
public final class FileSystemSubject implements Subject {
    /** The kind of the subject's {@link #ref}. */
    public static final String KIND = "image-filesystem";

    private final SubjectRef ref;
    private final Fact<FileSystemFacts> facts;

    private FileSystemSubject(SubjectRef ref, Fact<FileSystemFacts> facts) {
        this.ref = Objects.requireNonNull(ref, "ref");
        this.facts = Objects.requireNonNull(facts, "facts");
    }

    /**
     * {@return the files of an image, and those of the {@linkplain ImageVerification#others others} that some engine
     * takes from its index}
     *
     * @param verification the verification of the image
     * @param analyzer the analyzer that its verifier had
     */
    public static List<FileSystemSubject> allOf(ImageVerification verification, FileSystemAnalyzer analyzer) {
        return Stream.concat(Stream.of(verification), verification.others().stream())
                .map(image -> of(image, analyzer))
                .toList();
    }

    /**
     * {@return the files of an image, without the others}
     *
     * <p>All facts are missing if its verifier did not have the analyzer, or read no layers.
     *
     * @param verification the verification of the image
     * @param analyzer the analyzer that its verifier had
     */
    public static FileSystemSubject of(ImageVerification verification, FileSystemAnalyzer analyzer) {
        SubjectRef ref = SubjectRef.of(KIND, verification.source());
        if (verification.manifest().isPresent()) {
            ref = ref.withDigest(verification.manifest().get().digest());
        }
        return new FileSystemSubject(
                ref,
                verification
                        .result(analyzer)
                        .map(facts -> Fact.known(facts, new Location.Whole("files")))
                        .orElseGet(() -> Fact.missing(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED, "the files of the layers were not read")));
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /** {@return what the files show} */
    public Fact<FileSystemFacts> facts() {
        return facts;
    }

    /** {@return whether any of the files that were found for a rule is not acceptable} */
    Outcome judge(String rule, Predicate<Sighting> isAcceptable) {
        return facts.decide(known -> judge(known, rule, isAcceptable));
    }

    private static Outcome judge(FileSystemFacts known, String rule, Predicate<Sighting> isAcceptable) {
        Findings.Found found = known.found(rule);
        List<Problem> problems = new ArrayList<>();
        for (Sighting sighting : found.sightings()) {
            if (!isAcceptable.test(sighting)) {
                problems.add(problem(sighting, known.step(sighting.layer())));
            }
        }
        List<String> unknown = new ArrayList<>(found.unknown());
        if (!known.unmerged().isEmpty()) {
            unknown.add(known.unmerged());
        }
        if (problems.isEmpty() && !unknown.isEmpty()) {
            return new Outcome.Unknown(unknown.stream()
                    .map(what -> new MissingValue(MissingValue.Reason.UNREADABLE, what))
                    .toList());
        }
        String notApplicable = found.notApplicable();
        return problems.isEmpty() && notApplicable != null
                ? Outcome.notApplicable(notApplicable)
                : Outcome.ofProblems(problems);
    }

    private static Problem problem(Sighting sighting, String step) {
        List<Evidence> evidence = new ArrayList<>(sighting.evidence());
        if (!step.isEmpty()) {
            evidence.add(Evidence.of("step", step));
        }
        Problem problem = Problem.at(
                new Location.LayerEntry(sighting.layer(), sighting.path()),
                sighting.message(),
                evidence.toArray(Evidence[]::new));
        return sighting.severity() == null ? problem : problem.withSeverity(sighting.severity());
    }
}
