package dev.tallyclerk.engine;

import java.io.IOException;
import java.util.List;

/**
 * The documents about an engine, by the names that they have in a recording, such as {@code info.json} or
 * {@code containers/web.json}.
 */
public interface EngineDocuments {
    /** {@return the names of the documents with one container each, sorted} */
    List<String> containers() throws IOException;

    /** {@return the names of the documents with one image each, sorted} */
    List<String> images() throws IOException;

    /**
     * {@return a document}
     *
     * @param name its name in a recording
     * @throws IOException if none can be read any more, or the document breaks a limit
     */
    EngineDocument read(String name) throws IOException;

    /**
     * {@return documents none of which can be read, so that everything about the engine is unknown}
     *
     * @param why a clause for people
     */
    static EngineDocuments unread(String why) {
        return new UnreadDocuments(why);
    }
}
