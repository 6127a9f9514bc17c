package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads containers from what engines say of them.
 *
 * <p>It takes, alone or in an array:
 *
 * <ul>
 *   <li>what {@code docker inspect} writes for a container, and the Engine API's ContainerInspect, of every version;
 *   <li>what {@code podman inspect} writes;
 *   <li>the body of the Engine API's ContainerCreate, or its HostConfig alone. There, what is left out has the value
 *       that the API documents for it, or comes from the image and is missing. A {@code name}, which some clients leave
 *       in the body though the API takes it beside that, is the subject's name.
 * </ul>
 *
 * <p>A member of a type that it must not have, or of a form that is not known, is a missing
 * {@link dev.tallyclerk.hardening.Fact} and nothing worse. What an engine would take for one of its own members though
 * it differs in case, or stands beside HostConfig, is refused, because a rule would not see it; so is a document that
 * is half of a container that there is and half of a request.
 *
 * <p>A document tells by its members what it is. A request whose author must not be trusted can be made to look like a
 * container that there is, so whoever judges requests lets none through that is not
 * {@linkplain ContainerSubject#isRequest one}.
 *
 * <p>Immutable.
 */
public final class ContainerReader {
    private static final String DOCUMENT = "container";
    private static final int MAX_NAME = 200;

    /** What docker inspect writes for other things that have the name that it was asked for. */
    private static final List<String> OF_OTHERS = List.of("RepoTags", "RootFS", "Scope", "Spec", "Endpoints");

    /** What only a line of a list of containers has. */
    private static final String OF_LISTS = "Names";

    private final SubjectLimits limits;

    private ContainerReader(SubjectLimits limits) {
        this.limits = limits;
    }

    /** {@return a reader with the limits of {@link SubjectLimits#defaults}} */
    public static ContainerReader create() {
        return new ContainerReader(SubjectLimits.defaults());
    }

    /**
     * {@return this reader with other limits}
     *
     * @param newLimits what reading a document may cost; it counts for all containers of an array together
     */
    public ContainerReader withLimits(SubjectLimits newLimits) {
        return new ContainerReader(Objects.requireNonNull(newLimits, "newLimits"));
    }

    /**
     * {@return the containers of a document, in its order}
     *
     * <p>A container is called what the document calls it, cut after 200 characters, or by the first 12 digits of an
     * id, or {@code unnamed}. Two may have one name and image, which an auditor refuses;
     * {@link ContainerSubject#withName} and {@link ContainerSubject#onHost} tell them apart.
     *
     * @param document JSON in UTF-8, with or without a byte order mark, or in UTF-16 with one: an object, or an array
     *     of objects, possibly empty; or several of these, one on each line, as {@code docker inspect --format '{{json
     *     .}}'} writes them
     * @throws MalformedSubjectException if it is not that, if a member stands twice or differs from one of the engine's
     *     in case only, if an object has nothing of a container, or if a limit is passed
     */
    public List<ContainerSubject> read(byte[] document) throws MalformedSubjectException {
        byte[] text = MarkedText.withoutMark(DOCUMENT, document, limits);
        List<ContainerSubject> containers = new ArrayList<>();
        // One that is too long is refused as a whole.
        List<byte[]> values = text.length > limits.maxDocumentBytes() ? List.of(text) : JsonLines.split(text);
        int left = SubjectJson.maxValues(limits);
        for (byte[] value : values) {
            JsonCursor root = SubjectJson.parse(DOCUMENT, value, limits, Math.max(1, left));
            left -= SubjectJson.count(root.value());
            if (left < 0) {
                throw new MalformedSubjectException(
                        MalformedSubjectException.Reason.LIMIT_EXCEEDED, DOCUMENT, "", "too many values in all lines");
            }
            try {
                for (JsonCursor element : root.value() instanceof JsonArray ? root.elements() : List.of(root)) {
                    containers.add(container(element));
                }
            } catch (JsonException e) {
                throw SubjectJson.malformed(DOCUMENT, e);
            }
        }
        return List.copyOf(containers);
    }

    private static ContainerSubject container(JsonCursor at) throws JsonException {
        JsonObject members = at.object();
        if (members.members().keySet().stream().noneMatch(MemberSpelling.NAMES::contains)) {
            throw at.failure(Reason.MISSING, "nothing here belongs to a container");
        }
        boolean isOther = !members.members().containsKey("HostConfig")
                && !members.members().containsKey("State")
                && OF_OTHERS.stream().anyMatch(members.members()::containsKey);
        if (isOther) {
            throw at.badValue("an image, a network, a volume, a service, a node or a context, and no container");
        }
        if (members.members().containsKey(OF_LISTS)) {
            throw at.badValue(
                    "from a list of containers, which says too little of them; take what docker inspect says");
        }
        // A root of its own, so that pointers start at the container.
        ContainerDocument document = ContainerDocument.of(JsonCursor.at(members), members);
        if (document.isInspect()) {
            MemberSpelling.checkDescription(at);
            MemberSpelling.refuseRequest(at);
        } else {
            MemberSpelling.checkRequest(at);
        }
        if (document.form() == ContainerDocument.Form.CREATE) {
            MemberSpelling.refuseOutside(at);
        }
        return new ContainerSubject(name(members), document);
    }

    private static String name(JsonObject members) {
        return Stream.of("Name", "name", "Id", "ID", "Image")
                .flatMap(member -> text(members, member).stream())
                .map(name -> name.startsWith("/") ? name.substring(1) : name)
                .filter(name -> !name.isBlank())
                .map(ContainerReader::shortened)
                .findFirst()
                .orElse("unnamed");
    }

    private static Optional<String> text(JsonObject members, String name) {
        return members.members().get(name) instanceof JsonString text ? Optional.of(text.value()) : Optional.empty();
    }

    /** An id is known by its first twelve digits. */
    private static String shortened(String name) {
        boolean isId = name.length() == 64 && name.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return name.substring(0, Math.min(name.length(), isId ? 12 : MAX_NAME));
    }
}
