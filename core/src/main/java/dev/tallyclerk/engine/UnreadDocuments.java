package dev.tallyclerk.engine;

import java.util.List;

/** Documents none of which can be read. */
record UnreadDocuments(String why) implements EngineDocuments {
    @Override
    public List<String> containers() {
        return List.of(RecordingNames.ALL_CONTAINERS);
    }

    @Override
    public List<String> images() {
        return List.of();
    }

    @Override
    public EngineDocument read(String name) {
        return RecordingNames.OF_HOST.contains(name) ? EngineDocument.absent() : EngineDocument.unread(why);
    }
}
