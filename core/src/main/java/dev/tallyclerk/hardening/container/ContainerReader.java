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
 * Reads containers from documents of engines.
 *
 * <p>A document contains, alone or in an array:
 *
 * <ul>
 *   <li>the output of {@code docker inspect} for a container, or the Engine API's ContainerInspect, of any version;
 *   <li>the output of {@code podman inspect};
 *   <li>the body of the Engine API's ContainerCreate, or its HostConfig alone. What these leave out has the API's
 *       documented default, or is inherited from the image and missing. The subject is named by the member
 *       {@code name}, which some clients leave in the body although the API takes it outside.
 * </ul>
 *
 * <p>A member of the wrong type or of an unknown form is only a missing {@link dev.tallyclerk.hardening.Fact}. A member
 * that an engine would read as one of its own, although it differs in case or is outside of HostConfig, is refused,
 * because a rule would not see it. So is a mixture of a description and a request.
 *
 * <p>The members of a document show which kind it is. An untrusted request can be made to look like the description of
 * a container, so a caller that judges requests must reject everything that is not
 * {@linkplain ContainerSubject#isRequest a request}.
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
     * @param limits the limits, which apply to all containers of an array together
     */
    public ContainerReader withLimits(SubjectLimits limits) {
        return new ContainerReader(Objects.requireNonNull(limits, "limits"));
    }

    /**
     * {@return the containers of a document, in its order}
     *
     * <p>A container is named as in the document, cut after 200 characters, or by the first 12 digits of an id, or
     * {@code unnamed}. Two may have the same name and image, which an auditor refuses;
     * {@link ContainerSubject#withName} and {@link ContainerSubject#onHost} distinguish them.
     *
     * @param document JSON in UTF-8, with or without a byte order mark, or in UTF-16 with one: an object, or a possibly
     *     empty array of objects; or several of these, one per line, as {@code docker inspect --format '{{json .}}'}
     *     writes them
     * @throws MalformedSubjectException if it is not that, if a member is duplicate or differs from one of the engine's
     *     only in case, if an object has no member of a container, or if a limit is exceeded
     */
    public List<ContainerSubject> read(byte[] document) throws MalformedSubjectException {
        byte[] text = MarkedText.withoutMark(DOCUMENT, document, limits);
        List<ContainerSubject> containers = new ArrayList<>();
        // A document that is too long is refused as a whole.
        List<byte[]> values = text.length > limits.maxDocumentBytes() ? List.of(text) : JsonLines.split(text);
        int left = SubjectJson.maxValues(limits);
        for (byte[] value : values) {
            JsonCursor root = SubjectJson.parse(DOCUMENT, value, limits, Math.max(1, left));
            left -= SubjectJson.count(root.value());
            if (left < 0) {
                throw new MalformedSubjectException(
                        MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                        DOCUMENT,
                        "",
                        "the lines together have too many values");
            }
            try {
                for (JsonCursor element : root.value() instanceof JsonArray ? root.elements() : List.of(root)) {
                    if (containers.size() == SubjectJson.maxSubjects(limits)) {
                        throw new MalformedSubjectException(
                                MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                                DOCUMENT,
                                element.pointer(),
                                "more than " + containers.size() + " containers");
                    }
                    containers.add(ContainerSubject.of(Container.read(element)));
                }
            } catch (JsonException e) {
                throw SubjectJson.malformed(DOCUMENT, e);
            }
        }
        return List.copyOf(containers);
    }
}
