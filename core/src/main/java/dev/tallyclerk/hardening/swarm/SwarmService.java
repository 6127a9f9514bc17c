package dev.tallyclerk.hardening.swarm;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.TranslatedContainer;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.document.DocumentSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.document.MadeDocument;
import dev.tallyclerk.internal.json.JsonValue;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A service of a swarm, judged as the containers that its tasks will be.
 *
 * <p>{@link SwarmServiceReader} makes one. Locations of findings are pointers into the service's own object. What a
 * service cannot set, such as devices or the namespaces of the host, has the engine's default.
 *
 * <p>Immutable; {@code with} methods return a changed copy.
 */
public final class SwarmService implements TranslatedContainer, DocumentSubject {
    /** The kind of the subject's reference. */
    public static final String KIND = "swarm-service";

    private static final String SOURCE = "service";
    private static final String STACK = "stack";

    private final SubjectRef ref;
    private final ContainerSubject container;
    private final ServicePlaces places;
    private final boolean hasSecrets;
    private final JsonValue document;

    SwarmService(
            SubjectRef ref, ContainerSubject container, ServicePlaces places, boolean hasSecrets, JsonValue document) {
        this.ref = ref;
        this.container = container;
        this.places = places;
        this.hasSecrets = hasSecrets;
        this.document = document;
    }

    static SubjectRef ref(String name, String image, String stack) {
        SubjectRef ref = SubjectRef.of(KIND, name.isBlank() ? "unnamed" : name);
        ref = image.isBlank() ? ref : ref.withLabel("image", image);
        return stack.isBlank() ? ref : ref.withLabel(STACK, stack);
    }

    /** {@return the service's name, with the labels {@code image} and, for a service of a stack, {@code stack}} */
    @Override
    public SubjectRef ref() {
        return ref;
    }

    @Override
    public ContainerSubject container() {
        return container;
    }

    /** {@return the service's own object, as the engine describes it} */
    @Override
    public DocumentValue document() {
        return MadeDocument.of(SOURCE, document);
    }

    @Override
    public Location locate(Location at) {
        return MadeDocument.pointer(SOURCE, at)
                .<Location>map(pointer -> new Location.Pointer(SOURCE, pointer))
                .orElseGet(() -> places.locate(at));
    }

    @Override
    public MissingValue explain(MissingValue missing) {
        boolean isOfDocument =
                missing.at().flatMap(at -> MadeDocument.pointer(SOURCE, at)).isPresent();
        if (!isOfDocument) {
            return missing;
        }
        MissingValue plain = MadeDocument.withoutLine(missing);
        return plain.at().map(at -> plain.withLocation(locate(at))).orElse(plain);
    }

    /** {@return whether the service is given secrets of the swarm} */
    public boolean hasSecrets() {
        return hasSecrets;
    }

    /**
     * {@return this service under the name {@code host/name}}
     *
     * @param host the name of the host
     */
    public SwarmService onHost(String host) {
        SubjectRef renamed = SubjectRef.of(KIND, host + '/' + ref.name());
        for (String label : List.of("image", STACK)) {
            String value = ref.labels().get(label);
            renamed = value == null ? renamed : renamed.withLabel(label, value);
        }
        return new SwarmService(renamed, container, places, hasSecrets, document);
    }

    /**
     * {@return this service with the engine that was asked, whose defaults complete it}
     *
     * @param engine the engine
     */
    public SwarmService withEngine(EngineSubject engine) {
        return with(described -> described.withEngine(engine));
    }

    /**
     * {@return this service with the images on the host that was asked, whose defaults complete it}
     *
     * @param images all images
     */
    public SwarmService withImages(List<LocalImage> images) {
        return with(described -> described.withImages(images));
    }

    /**
     * {@return this service with the seccomp profiles that the engine may name}
     *
     * @param seccompProfiles profiles named by the path under which options refer to them
     */
    public SwarmService withSeccompProfiles(List<SeccompSubject> seccompProfiles) {
        return with(described -> described.withSeccompProfiles(seccompProfiles));
    }

    private SwarmService with(UnaryOperator<ContainerSubject> change) {
        return new SwarmService(ref, change.apply(container), places, hasSecrets, document);
    }

    /** {@return kind and name} */
    @Override
    public String toString() {
        return ref.toString();
    }
}
