package dev.tallyclerk.registry.hostile;

/** The same through the client of the Java runtime. */
class JdkBrokenWayTest extends BrokenWayTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }
}
