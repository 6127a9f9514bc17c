package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.internal.reader.JsonLines;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
     * @param limits what reading a document may cost; it counts for all containers of an array together
     */
    public ContainerReader withLimits(SubjectLimits limits) {
        return new ContainerReader(Objects.requireNonNull(limits, "limits"));
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
                    containers.add(ContainerSubject.of(Container.read(element)));
                }
            } catch (JsonException e) {
                throw SubjectJson.malformed(DOCUMENT, e);
            }
        }
        return List.copyOf(containers);
    }
}
