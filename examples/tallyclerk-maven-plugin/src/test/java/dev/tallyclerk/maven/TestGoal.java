package dev.tallyclerk.maven;

import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.apache.maven.project.MavenProject;
import org.apache.maven.settings.Settings;
import org.eclipse.aether.DefaultRepositorySystemSession;

/** A goal whose parameters a test sets as Maven does, and what it logged. */
final class TestGoal {
    private final ImageMojo mojo;
    private final StringBuilder log = new StringBuilder();

    private TestGoal(ImageMojo mojo) {
        this.mojo = mojo;
    }

    /** {@return a goal of a module, with the defaults of its parameters} */
    static TestGoal of(String goal, Path module) throws ReflectiveOperationException {
        TestGoal made = new TestGoal(
                goal.equals("audit") ? new AuditMojo(new PlainDecrypter()) : new VerifyMojo(new PlainDecrypter()));
        MojoDescriptor descriptor = new MojoDescriptor();
        descriptor.setGoal(goal);
        PluginDescriptor plugin = new PluginDescriptor();
        plugin.setArtifacts(new ArrayList<>());
        MavenSession session = session(module);
        made.with("execution", new MojoExecution(descriptor, "default"))
                .with("plugin", plugin)
                .with("settings", new Settings())
                .with("session", session)
                .with("basedir", module.toFile())
                .with("buildDirectory", module.resolve("target").toFile())
                .with("reportsDirectory", module.resolve("target/tallyclerk").toFile())
                .with("acceptedStore", module.resolve("accepted").toFile())
                .with("formats", List.of("json"));
        made.mojo.setLog(made.new Log());
        return goal.equals("audit")
                ? made
                : made.with("trustStore", module.resolve("trusted").toFile());
    }

    @SuppressWarnings("deprecation") // the only constructor without a container
    private static MavenSession session(Path module) {
        DefaultMavenExecutionRequest request = new DefaultMavenExecutionRequest();
        request.setMultiModuleProjectDirectory(module.toFile());
        MavenSession session = new MavenSession(
                null, new DefaultRepositorySystemSession(), request, new DefaultMavenExecutionResult());
        session.setCurrentProject(new MavenProject());
        return session;
    }

    TestGoal with(String parameter, Object value) throws ReflectiveOperationException {
        Field field = field(mojo.getClass(), parameter);
        field.setAccessible(true);
        field.set(mojo, value);
        return this;
    }

    TestGoal withFile(String parameter, Path file) throws ReflectiveOperationException {
        return with(parameter, file.toFile());
    }

    TestGoal withImages(Object... images) throws ReflectiveOperationException {
        return with("images", List.of(images).stream().map(Object::toString).toList());
    }

    TestGoal withFiles(Path... files) throws ReflectiveOperationException {
        List<File> all = new ArrayList<>();
        for (Path file : files) {
            all.add(file.toFile());
        }
        return with("files", all);
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        try {
            return type.getDeclaredField(name);
        } catch (NoSuchFieldException e) {
            Class<?> above = type.getSuperclass();
            if (above == null) {
                throw e;
            }
            return field(above, name);
        }
    }

    /** {@return what the goal logs if the build succeeds} */
    String run() throws AbstractMojoExecutionException {
        mojo.execute();
        return log.toString();
    }

    /** {@return what the goal has logged, also before it failed} */
    String log() {
        return log.toString();
    }

    private final class Log extends SystemStreamLog {
        @Override
        public void info(CharSequence line) {
            log.append(line).append('\n');
        }

        @Override
        public void warn(CharSequence line) {
            log.append("WARNING ").append(line).append('\n');
        }
    }
}
