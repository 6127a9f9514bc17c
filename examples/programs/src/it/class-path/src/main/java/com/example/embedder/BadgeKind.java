package com.example.embedder;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;

/** An embedder's kind of file, found as a service of the jar: a badge as a JSON object. */
public final class BadgeKind implements SubjectKind {
    @Override
    public String name() {
        return "acme-badge";
    }

    @Override
    public String title() {
        return "badge";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        return document.memberNames().contains("badge") ? Recognition.CERTAIN : Recognition.NONE;
    }

    @Override
    public List<Badge> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        DocumentValue badge = DocumentReader.of(DocumentDialect.JSON)
                .withLimits(context.limits())
                .read(document)
                .get(0)
                .root();
        return List.of(new Badge(
                SubjectRef.of(name(), document.name()), badge.text("owner"), badge.texts("doors")));
    }
}
