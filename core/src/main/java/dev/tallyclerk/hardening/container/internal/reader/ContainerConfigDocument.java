package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.container.model.ContainerConfig;
import dev.tallyclerk.hardening.container.model.Healthcheck;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.subject.Facts;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads the configuration of a container; an image completes that of a request. */
public final class ContainerConfigDocument implements ContainerConfig {
    private final ContainerDocument document;
    private final Fact<ImageDefaults> ofImage;

    ContainerConfigDocument(ContainerDocument document, Fact<ImageDefaults> ofImage) {
        this.document = document;
        this.ofImage = ofImage;
    }

    @Override
    public Fact<String> user() {
        return orImages(document.config("", JsonCursor::string, "User"), String::isEmpty, ImageDefaults::user, "User");
    }

    @Override
    public Fact<List<String>> env() {
        return document.config(List.of(), JsonCursor::strings, "Env");
    }

    @Override
    public Fact<List<String>> imageEnv() {
        return document.isInspect() ? env().map(own -> List.of()) : image(ImageDefaults::env, "some variables");
    }

    @Override
    public Fact<List<String>> entrypoint() {
        return orImages(words("Entrypoint"), List::isEmpty, ImageDefaults::entrypoint, "Entrypoint");
    }

    @Override
    public Fact<List<String>> cmd() {
        Fact<List<String>> cmd = words("Cmd");
        boolean isOwn = Facts.isKnown(words("Entrypoint"), words -> !words.isEmpty());
        return isOwn ? cmd : orImages(cmd, List::isEmpty, ImageDefaults::cmd, "Cmd");
    }

    private Fact<List<String>> words(String name) {
        return document.config(List.of(), Readings::words, name);
    }

    /** {@return the command line that created the container, which Podman records} */
    public Fact<List<String>> createCommand() {
        return document.config(List.of(), JsonCursor::strings, "CreateCommand");
    }

    @Override
    public Fact<Optional<Healthcheck>> healthcheck() {
        Fact<List<Healthcheck>> checks = document.configUnlessNone(List.of(), Readings::healthcheck, "Healthcheck");
        Fact<Optional<Healthcheck>> check = checks.map(found -> found.stream().findFirst());
        return orImages(
                check,
                own -> own.filter(found -> !found.test().isEmpty()).isEmpty(),
                ImageDefaults::healthcheck,
                "Healthcheck");
    }

    @Override
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

    @Override
    public Fact<Map<String, String>> labels() {
        return document.config(Map.of(), Readings::strings, "Labels");
    }

    @Override
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
        return !document.isInspect() && Facts.isKnown(own, isLeftOut::apply) ? image(property, name) : own;
    }

    private <T> Fact<T> image(Function<ImageDefaults, Fact<T>> property, String name) {
        return ofImage.fold(
                (image, at) -> property.apply(image),
                assumed -> property.apply(assumed.value()),
                missing -> Fact.missing(
                        missing.reason(), "the request inherits " + name + " from the image: " + missing.what()));
    }
}
