package dev.tallyclerk.registry.hostile;

/** The same through the client of the Java runtime. */
class JdkHostilePullTest extends HostilePullTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }
}
