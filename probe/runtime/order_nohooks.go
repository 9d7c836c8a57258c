// Package runtime: order events, in a build without the hooks.

package runtime

// maptrapOrderHooks tells whether what orders goroutines calls the probe in this build.
const maptrapOrderHooks = false
