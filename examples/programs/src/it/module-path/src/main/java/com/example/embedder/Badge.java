package com.example.embedder;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.List;

/** A kind of subject that the library does not know: a badge and the doors it opens. */
record Badge(SubjectRef ref, Fact<String> owner, Fact<List<String>> doors) implements Subject {
    static Badge of(String name, String owner, List<String> doors) {
        return new Badge(
                SubjectRef.of("acme-badge", name),
                Fact.known(owner, Location.pointer("badge", "owner")),
                Fact.known(doors, Location.pointer("badge", "doors")));
    }
}
