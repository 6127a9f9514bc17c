package dev.tallyclerk.registry.hostile;

/** The same through the client of the Java runtime. */
class JdkHostileListTest extends HostileListTest {
    @Override
    Pull usual() {
        return Pull.byJdk(folder);
    }
}
