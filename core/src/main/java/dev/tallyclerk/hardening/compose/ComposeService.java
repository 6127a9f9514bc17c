package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.TranslatedContainer;
import dev.tallyclerk.hardening.container.internal.reader.ContainerDocument;
import dev.tallyclerk.hardening.document.DocumentSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.internal.document.MadeDocument;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service of a Compose project, after interpolation, {@code extends}, {@code include} and merging.
 *
 * <p>{@link ComposeKind} reads one. It is called by project and service, such as {@code shop/web}. Findings are where
 * the user wrote the value, in whichever of the files. Immutable; {@code with} methods return a changed copy.
 */
public final class ComposeService implements TranslatedContainer, DocumentSubject {
    /** The kind of the subject's reference. */
    public static final String KIND = "compose-service";

    /** The source of places in {@link #document}. */
    private static final String SOURCE = "service";

    private static final Pattern POINTER = Pattern.compile("container#(/[^\\s:]*)");

    private final SubjectRef ref;
    private final String name;
    private final Members service;
    private final ComposeProject project;
    private final Translation translation;
    private final ContainerSubject container;

    ComposeService(
            SubjectRef ref,
            String name,
            Members service,
            ComposeProject project,
            Translation translation,
            ContainerSubject container) {
        this.ref = ref;
        this.name = name;
        this.service = service;
        this.project = project;
        this.translation = translation;
        this.container = container;
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return this service under another name}
     *
     * @param name the name for findings, waivers and baselines
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public ComposeService withName(String name) {
        SubjectRef other = SubjectRef.of(KIND, name);
        for (var label : ref.labels().entrySet()) {
            other = other.withLabel(label.getKey(), label.getValue());
        }
        return new ComposeService(other, this.name, service, project, translation, container);
    }

    /**
     * {@return this service with more known about its container, such as the defaults of its image}
     *
     * @param container the result of {@code with} methods of {@link #container}
     */
    public ComposeService withContainer(ContainerSubject container) {
        return new ComposeService(
                ref, name, service, project, translation, Objects.requireNonNull(container, "container"));
    }

    /** {@return the name of the service in its project} */
    public String name() {
        return name;
    }

    /** {@return the project} */
    public ComposeProject project() {
        return project;
    }

    /** {@return the profiles that start the service; empty if it is always started} */
    public List<String> profiles() {
        return service.elements("profiles").stream().map(Item::textOf).toList();
    }

    /** {@return the image reference; missing if the image is built, or depends on an unknown variable} */
    public Fact<String> image() {
        Optional<Text> image = service.text("image");
        if (image.isEmpty()) {
            return Fact.missing(
                    MissingValue.Reason.KEY_MISSING,
                    "the service names no image",
                    service.at().child("image"));
        }
        Text text = image.get();
        return text.isUnset()
                ? Fact.missing(
                        MissingValue.Reason.UNRESOLVED_VARIABLE,
                        "image: the variable " + String.join(", ", text.result().unset()) + " has no value",
                        text.at())
                : Fact.known(text.text(), text.at());
    }

    /** {@return whether Compose builds the image, and {@link #image} only names the result} */
    public boolean isBuilt() {
        return service.get("build").isPresent();
    }

    /**
     * {@return the service as it is after interpolation and merging, in the short or long forms that the files have}
     *
     * <p>A value with a variable that is not known is of no type.
     */
    @Override
    public DocumentValue document() {
        return MadeDocument.of(SOURCE, ServiceDocument.of(service));
    }

    @Override
    public List<MissingValue> gaps() {
        return translation.open();
    }

    @Override
    public ContainerSubject container() {
        return container;
    }

    @Override
    public Location locate(Location at) {
        Optional<String> ofDocument = MadeDocument.pointer(SOURCE, at);
        if (ofDocument.isPresent()) {
            return ServiceDocument.place(service, ofDocument.get());
        }
        return at instanceof Location.Pointer pointer && pointer.source().equals("container")
                ? translation.locate(pointer.pointer())
                : at;
    }

    @Override
    public MissingValue explain(MissingValue missing) {
        Optional<String> ofDocument = missing.at().flatMap(at -> MadeDocument.pointer(SOURCE, at));
        if (ofDocument.isPresent()) {
            return ServiceDocument.unset(service, ofDocument.get())
                    .orElseGet(() -> MadeDocument.withoutLine(missing)
                            .withLocation(ServiceDocument.place(service, ofDocument.get())));
        }
        Optional<String> pointer = missing.at()
                .flatMap(at -> at instanceof Location.Pointer known ? Optional.of(known.pointer()) : Optional.empty())
                .or(() -> {
                    Matcher matcher = POINTER.matcher(missing.what());
                    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
                });
        Optional<MissingValue> gap = pointer.flatMap(translation::gap);
        if (gap.isPresent()) {
            return gap.get();
        }
        String what = missing.what()
                .replace("the request inherits", "the service inherits")
                .replace(ContainerDocument.NOT_IN_REQUESTS, "a Compose file has no ");
        MissingValue said = new MissingValue(missing.reason(), what);
        return pointer.isPresent()
                ? said.withLocation(translation.locate(pointer.get()))
                : missing.at().map(said::withLocation).orElse(said);
    }

    /** {@return why values that the service does not state are not known; empty if they are} */
    List<MissingValue> unknownBase() {
        return translation.open();
    }

    Members service() {
        return service;
    }

    /** {@return kind and name} */
    @Override
    public String toString() {
        return ref.toString();
    }
}
