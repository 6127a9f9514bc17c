package dev.tallyclerk.trust.publish;

import java.io.IOException;
import java.util.Map;

/** Files that are written one by one. Each write is atomic: after a crash, a file is as before or as after. */
interface SeparateFiles extends RepositoryFiles {
    /** Writes or replaces a file, whose content is durable then. */
    void write(String name, byte[] content) throws PublishException, IOException;

    /** Makes the names of all written files durable, before a file is written that refers to them. */
    void sync() throws IOException;

    @Override
    default void publish(Map<String, byte[]> first, Map<String, byte[]> last) throws PublishException, IOException {
        for (Map.Entry<String, byte[]> file : first.entrySet()) {
            write(file.getKey(), file.getValue());
        }
        sync();
        for (Map.Entry<String, byte[]> file : last.entrySet()) {
            write(file.getKey(), file.getValue());
            sync();
        }
    }
}
