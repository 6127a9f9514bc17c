package dev.tallyclerk.registry.layer;

import java.io.IOException;

/** Looks at each entry while a layer is read. */
@FunctionalInterface
public interface EntryVisitor {
    /**
     * Looks at an entry.
     *
     * @param entry the entry
     * @param layer the reader, at the entry: {@link LayerReader#content} is the entry's; the visitor must not move it
     * @throws IOException if the content cannot be read
     */
    void visit(LayerEntry entry, LayerReader layer) throws IOException;
}
