package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.internal.json.JsonCursor;
import java.util.List;
import java.util.Optional;

/**
 * What a container runs and how: the Config of the Engine API, which starts with the image's.
 *
 * <p>In a request to make a container, what is left out comes from the image, and is missing here. Immutable.
 */
public final class ContainerConfig {
    private final ContainerDocument document;

    ContainerConfig(ContainerDocument document) {
        this.document = document;
    }

    /** {@return user and group; empty for root} */
    public Fact<String> user() {
        return fromImage(document.config("", JsonCursor::string, "User"), "", "User");
    }

    /** {@return the variables as {@code NAME=value}; in a request, those that it adds to the image's} */
    public Fact<List<String>> env() {
        return document.config(List.of(), JsonCursor::strings, "Env");
    }

    /** {@return the first words of the command line} */
    public Fact<List<String>> entrypoint() {
        return fromImage(document.config(List.of(), Readings::words, "Entrypoint"), List.of(), "Entrypoint");
    }

    /** {@return the words after the entry point} */
    public Fact<List<String>> cmd() {
        return fromImage(document.config(List.of(), Readings::words, "Cmd"), List.of(), "Cmd");
    }

    /** {@return the health check, if there is one} */
    public Fact<Optional<Healthcheck>> healthcheck() {
        Fact<List<Healthcheck>> check = document.configUnlessNone(List.of(), Readings::healthcheck, "Healthcheck");
        return fromImage(check, List.of(), "Healthcheck")
                .map(found -> found.stream().findFirst());
    }

    /** {@return the name under which the image was asked for} */
    public Fact<String> image() {
        Fact<String> image = document.config("", JsonCursor::string, "Image");
        return document.isPodman() && image instanceof Fact.Missing<String>
                ? document.top("", JsonCursor::string, "ImageName")
                : image;
    }

    private <T> Fact<T> fromImage(Fact<T> fact, T ofImage, String name) {
        if (document.isInspect()) {
            return fact;
        }
        boolean isLeftOut = fact.<Boolean>fold(
                (value, at) -> value.equals(ofImage), assumed -> assumed.value().equals(ofImage), missing -> false);
        return isLeftOut
                ? Fact.missing(Fact.Reason.SOURCE_NOT_PROVIDED, "the request leaves " + name + " to the image")
                : fact;
    }
}
