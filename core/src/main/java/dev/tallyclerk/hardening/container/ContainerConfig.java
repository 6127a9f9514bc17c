package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.internal.json.JsonCursor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a container runs and how: the Config of the Engine API, which starts with the image's.
 *
 * <p>In a request to make a container, what is left out comes from the image: see
 * {@link ContainerSubject#withImageDefaults}. Where nothing is known of the image, it is missing. Immutable.
 */
public final class ContainerConfig {
    private final ContainerDocument document;
    private final Fact<ImageDefaults> ofImage;

    ContainerConfig(ContainerDocument document, Fact<ImageDefaults> ofImage) {
        this.document = document;
        this.ofImage = ofImage;
    }

    /** {@return user and group; empty for root} */
    public Fact<String> user() {
        return orImages(document.config("", JsonCursor::string, "User"), String::isEmpty, ImageDefaults::user, "User");
    }

    /** {@return the variables as {@code NAME=value}; in a request, those that it adds to {@link #imageEnv}} */
    public Fact<List<String>> env() {
        return document.config(List.of(), JsonCursor::strings, "Env");
    }

    /**
     * {@return the image's variables}
     *
     * <p>A request may set some of them anew. There are none for a container that there is, because its own list has
     * them.
     */
    public Fact<List<String>> imageEnv() {
        return document.isInspect() ? env().map(own -> List.of()) : image(ImageDefaults::env, "some variables");
    }

    /** {@return the first words of the command line} */
    public Fact<List<String>> entrypoint() {
        return orImages(words("Entrypoint"), List::isEmpty, ImageDefaults::entrypoint, "Entrypoint");
    }

    /** {@return the words after the entry point; a request with an entry point of its own leaves the image's out} */
    public Fact<List<String>> cmd() {
        Fact<List<String>> cmd = words("Cmd");
        boolean isOwn = Rules.isKnown(words("Entrypoint"), words -> !words.isEmpty());
        return isOwn ? cmd : orImages(cmd, List::isEmpty, ImageDefaults::cmd, "Cmd");
    }

    private Fact<List<String>> words(String name) {
        return document.config(List.of(), Readings::words, name);
    }

    /** {@return the command line that has made the container, which Podman keeps} */
    Fact<List<String>> createCommand() {
        return document.config(List.of(), JsonCursor::strings, "CreateCommand");
    }

    /** {@return the health check, if there is one} */
    public Fact<Optional<Healthcheck>> healthcheck() {
        Fact<List<Healthcheck>> checks = document.configUnlessNone(List.of(), Readings::healthcheck, "Healthcheck");
        Fact<Optional<Healthcheck>> check = checks.map(found -> found.stream().findFirst());
        return orImages(
                check,
                own -> own.filter(found -> !found.test().isEmpty()).isEmpty(),
                ImageDefaults::healthcheck,
                "Healthcheck");
    }

    /** {@return the ports that the container listens on, for example {@code 80/tcp}, whether published or not} */
    public Fact<List<String>> exposedPorts() {
        Fact<List<String>> own = ownExposedPorts();
        Fact<List<String>> more = imageExposedPorts();
        return own.fold(
                (ports, at) -> more.map(images -> union(ports, images)),
                assumed -> more.map(images -> union(assumed.value(), images)),
                missing -> missing);
    }

    Fact<List<String>> ownExposedPorts() {
        return document.configUnlessNone(List.of(), Readings::names, "ExposedPorts");
    }

    Fact<List<String>> imageExposedPorts() {
        return document.isInspect()
                ? ownExposedPorts().map(own -> List.of())
                : image(ImageDefaults::exposedPorts, "some exposed ports");
    }

    private static List<String> union(List<String> one, List<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return List.copyOf(all);
    }

    /** {@return the labels by their names; in a request, those that it adds to the image's} */
    public Fact<Map<String, String>> labels() {
        return document.config(Map.of(), Readings::strings, "Labels");
    }

    /** {@return the name under which the image was asked for} */
    public Fact<String> image() {
        return image(document);
    }

    static Fact<String> image(ContainerDocument document) {
        Fact<String> image = document.config("", JsonCursor::string, "Image");
        return document.isPodman() && image instanceof Fact.Missing<String>
                ? document.top("", JsonCursor::string, "ImageName")
                : image;
    }

    private <T> Fact<T> orImages(
            Fact<T> own, Function<T, Boolean> isLeftOut, Function<ImageDefaults, Fact<T>> property, String name) {
        return !document.isInspect() && Rules.isKnown(own, isLeftOut::apply) ? image(property, name) : own;
    }

    private <T> Fact<T> image(Function<ImageDefaults, Fact<T>> property, String name) {
        return ofImage.fold(
                (image, at) -> property.apply(image),
                assumed -> property.apply(assumed.value()),
                missing -> Fact.missing(
                        missing.reason(), "the request leaves " + name + " to the image: " + missing.what()));
    }
}
