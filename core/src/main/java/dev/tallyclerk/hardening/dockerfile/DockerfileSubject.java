package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Dockerfile to audit: the image that a plain build makes of it.
 *
 * <p>Build arguments have their defaults. What depends on an argument without a default, on the platform or on the base
 * image is unknown. The last stage is the one that is shipped, unless {@link #withTarget} names another. Immutable.
 */
public final class DockerfileSubject implements Subject {
    /** The kind of a {@link SubjectRef} to a Dockerfile. */
    public static final String KIND = "dockerfile";

    private final SubjectRef ref;
    private final Dockerfile file;
    private final @Nullable String target;
    private final Map<String, BaseImage> bases;
    private final @Nullable Boolean hasIgnoreFile;
    private final List<BuiltStage> stages;
    private final BuiltStage shipped;
    private final List<InlineWaiver> waivers;

    private DockerfileSubject(
            SubjectRef ref,
            Dockerfile file,
            @Nullable String target,
            Map<String, BaseImage> bases,
            @Nullable Boolean hasIgnoreFile) {
        this.ref = ref;
        this.file = file;
        this.target = target;
        this.bases = Map.copyOf(bases);
        this.hasIgnoreFile = hasIgnoreFile;
        Evaluation evaluation = new Evaluation(file);
        this.stages = evaluation.all();
        this.shipped = evaluation
                .ship(target)
                .orElseThrow(() ->
                        new IllegalArgumentException("there is no stage " + Quoted.quote(String.valueOf(target))));
        this.waivers = IgnoreComments.of(file);
    }

    /**
     * Reads a Dockerfile, with the limits of {@link SubjectLimits#defaults}.
     *
     * @param name the name for people, for example its path
     * @param document the bytes of the file
     * @return the subject
     * @throws MalformedSubjectException if BuildKit's grammar refuses it, or it exceeds a limit
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static DockerfileSubject parse(String name, byte[] document) throws MalformedSubjectException {
        return parse(name, document, SubjectLimits.defaults());
    }

    /**
     * Reads a Dockerfile.
     *
     * @param name the name for people, for example its path
     * @param document the bytes of the file; those that are not UTF-8 are replaced, as builders ignore them
     * @param limits the limits; besides, those of {@link Dockerfile#parse} hold
     * @return the subject
     * @throws MalformedSubjectException if BuildKit's grammar refuses it, or it exceeds a limit
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static DockerfileSubject parse(String name, byte[] document, SubjectLimits limits)
            throws MalformedSubjectException {
        SubjectRef ref = SubjectRef.of(KIND, name).withDigest(Digest.sha256Of(document));
        if (document.length > limits.maxDocumentBytes()) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    name,
                    "",
                    "the document has " + document.length + " bytes; " + limits.maxDocumentBytes() + " are allowed");
        }
        Dockerfile file = Dockerfile.parse(name, new String(document, StandardCharsets.UTF_8));
        return new DockerfileSubject(ref, file, null, Map.of(), null);
    }

    /**
     * {@return this file with another stage shipped}
     *
     * @param target the name or number of the stage, as for {@code docker build --target}
     * @throws IllegalArgumentException if there is no such stage
     */
    public DockerfileSubject withTarget(String target) {
        return new DockerfileSubject(ref, file, Objects.requireNonNull(target, "target"), bases, hasIgnoreFile);
    }

    /**
     * {@return this file with the configuration of a base image}
     *
     * @param image the name in {@code FROM}, after substitution
     * @param base what the image brings
     */
    public DockerfileSubject withBase(String image, BaseImage base) {
        Map<String, BaseImage> more = new HashMap<>(bases);
        more.put(image, Objects.requireNonNull(base, "base"));
        return new DockerfileSubject(ref, file, target, more, hasIgnoreFile);
    }

    /**
     * {@return this file, with or without a {@code .dockerignore} that a build would use}
     *
     * @param hasIgnoreFile whether there is one
     */
    public DockerfileSubject withIgnoreFile(boolean hasIgnoreFile) {
        return new DockerfileSubject(ref, file, target, bases, hasIgnoreFile);
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    @Override
    public List<InlineWaiver> inlineWaivers() {
        return waivers;
    }

    /** {@return the file} */
    public Dockerfile file() {
        return file;
    }

    /** {@return the stage that is shipped; empty if the file has no {@code FROM}} */
    public Optional<Stage> target() {
        return shipped.stage();
    }

    /**
     * {@return the images that a build of the shipped stage reads, in the order of the file: those that it starts from
     * and those that files are copied or mounted from}
     *
     * <p>A name that depends on a build argument without a default is missing. A name after {@code --from} that is no
     * stage counts as an image, although a build may be given a context of that name.
     */
    public List<Fact<String>> images() {
        return SourceImages.of(file, stages);
    }

    /**
     * {@return the user of the shipped image, empty for root; missing if only the base image or a build argument tells}
     */
    public Fact<String> user() {
        return user(shipped);
    }

    Fact<String> user(BuiltStage stage) {
        Optional<Step> set = stage.last(step -> step.is("USER"));
        if (set.isPresent()) {
            Expansion user = set.get().words().isEmpty()
                    ? Expansion.literal("")
                    : set.get().words().get(0);
            return user.isKnown()
                    ? Fact.known(user.text(), set.get().instruction().at())
                    : Fact.missing(MissingValue.Reason.UNRESOLVED_VARIABLE, user.unresolved("USER"));
        }
        Location end = stage.end();
        if (stage.isOnScratch()) {
            return Fact.defaulted("", "Dockerfile reference: scratch is empty, so root is the user", end);
        }
        Optional<BaseImage> base = base(stage);
        return base.isPresent()
                ? Fact.defaulted(base.get().user(), "the configuration of the base image", end)
                : Fact.missing(
                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        "the user of the base image, whose configuration was not given");
    }

    Optional<BaseImage> base(BuiltStage stage) {
        return Optional.ofNullable(bases.get(stage.bottom().base().text()));
    }

    List<BuiltStage> stages() {
        return stages;
    }

    BuiltStage shipped() {
        return shipped;
    }

    Optional<Boolean> hasIgnoreFile() {
        return Optional.ofNullable(hasIgnoreFile);
    }
}
