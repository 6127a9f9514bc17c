package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.subject.Members;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads an element of Mounts, of the container or of HostConfig, which use different names. */
final class MountElement {
    private static final String REQUEST_DEFAULT = "the Engine API documents this default for mounts";

    private final JsonCursor element;
    private final Location at;

    private MountElement(JsonCursor element, Location at) {
        this.element = element;
        this.at = at;
    }

    static MountElement of(JsonCursor element, Location at) throws JsonException {
        element.object();
        return new MountElement(element, at);
    }

    /** {@return the mount, in the form in which the container lists it} */
    Mount listed() throws JsonException {
        String mode = Members.text(element, "Mode");
        return new Mount(
                listedKind(), source(), Members.text(element, "Destination"), flag("RW"), propagation(mode), at);
    }

    /** {@return the mount that HostConfig requests, or several if a volume driver combines folders} */
    List<Mount> asked() throws JsonException {
        Optional<JsonCursor> readOnly = element.optional("ReadOnly");
        Optional<JsonCursor> propagation = Members.within(element, "BindOptions", "Propagation");
        String target = Members.text(element, "Target", Members.text(element, "Destination"));
        List<Mount> ofHost = HostVolume.of(
                element, target, readOnly.isPresent() && readOnly.get().bool(), at);
        if (!ofHost.isEmpty()) {
            return ofHost;
        }
        return List.of(new Mount(
                kind(element.required("Type").string()),
                source(),
                target,
                readOnly.isPresent()
                        ? Fact.known(!readOnly.get().bool(), at.child("ReadOnly"))
                        : Fact.defaulted(true, REQUEST_DEFAULT, at.child("ReadOnly")),
                propagation.isPresent()
                        ? Fact.known(propagation.get().string(), at.child("BindOptions", "Propagation"))
                        : Fact.defaulted("", REQUEST_DEFAULT, at.child("BindOptions", "Propagation")),
                at));
    }

    /** Engines before API 1.24 do not write the type; then only volumes have a name. */
    private Kind listedKind() throws JsonException {
        Optional<JsonCursor> type = element.optional("Type");
        if (type.isPresent()) {
            return kind(type.get().string());
        }
        return Members.text(element, "Name").isEmpty() ? Kind.BIND : Kind.VOLUME;
    }

    private static Kind kind(String type) {
        return switch (type) {
            case "bind", "npipe" -> Kind.BIND;
            case "volume", "cluster" -> Kind.VOLUME;
            case "tmpfs", "ramfs", "devpts" -> Kind.TMPFS;
            default -> Kind.OTHER;
        };
    }

    private Fact<String> source() throws JsonException {
        Optional<JsonCursor> source = element.member("Source");
        return source.isPresent()
                ? Fact.known(source.get().string(), at.child("Source"))
                : Fact.missing(MissingValue.Reason.KEY_MISSING, at.child("Source") + " is missing");
    }

    private Fact<Boolean> flag(String name) throws JsonException {
        Optional<JsonCursor> flag = element.optional(name);
        return flag.isPresent()
                ? Fact.known(flag.get().bool(), at.child(name))
                : Fact.missing(MissingValue.Reason.KEY_MISSING, at.child(name) + " is missing");
    }

    /** Engines before API 1.22 write the propagation only in the mode. */
    private Fact<String> propagation(String mode) throws JsonException {
        Optional<JsonCursor> propagation = element.optional("Propagation");
        if (propagation.isPresent()) {
            return Fact.known(propagation.get().string(), at.child("Propagation"));
        }
        boolean isShared =
                Arrays.stream(mode.split(",", -1)).anyMatch(part -> part.equals("shared") || part.equals("rshared"));
        return isShared
                ? Fact.known("shared", at.child("Mode"))
                : Fact.missing(MissingValue.Reason.KEY_MISSING, at.child("Propagation") + " is missing");
    }
}
