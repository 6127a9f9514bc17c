package dev.tallyclerk.engine;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document about an engine: its content, or that there is none, or why it could not be read.
 *
 * <p>Immutable.
 */
public final class EngineDocument {
    private static final EngineDocument ABSENT = new EngineDocument(null, null);

    private final byte @Nullable [] content;
    private final @Nullable String whyUnread;

    private EngineDocument(byte @Nullable [] content, @Nullable String whyUnread) {
        this.content = content;
        this.whyUnread = whyUnread;
    }

    /**
     * {@return a document}
     *
     * @param content the bytes, which the caller does not change afterwards
     */
    public static EngineDocument of(byte[] content) {
        return new EngineDocument(Objects.requireNonNull(content, "content"), null);
    }

    /** {@return the document that does not exist} */
    public static EngineDocument absent() {
        return ABSENT;
    }

    /**
     * {@return a document that exists, as far as is known, and could not be read}
     *
     * @param why a clause for people
     */
    public static EngineDocument unread(String why) {
        return new EngineDocument(null, Quoted.printable(why));
    }

    /** {@return the bytes, which the caller does not change; empty unless there are some} */
    public Optional<byte[]> content() {
        return Optional.ofNullable(content);
    }

    /** {@return why it could not be read; empty if it could, or does not exist} */
    public Optional<String> whyUnread() {
        return Optional.ofNullable(whyUnread);
    }

    /** {@return how it stands, without the content} */
    @Override
    public String toString() {
        if (content != null) {
            return content.length + " bytes";
        }
        return whyUnread == null ? "absent" : "unread: " + whyUnread;
    }
}
