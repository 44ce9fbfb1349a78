//! What Temporal sees of every procedure, declared once: its type, its start, how it is woken, and what it tells while it rests.

/// Declares the workflow of a procedure. Its name is that of its [`lotse_kernel::workflow::WorkflowType`]; what it does is written as
/// [`super::Living`].
macro_rules! story {
    ($(#[$about:meta])* $name:ident of $procedure:ident) => {
        $(#[$about])*
        #[temporalio_macros::workflow]
        pub struct $name {
            memory: $crate::memory::Memory<$procedure>,
        }

        #[temporalio_macros::workflow_methods]
        impl $name {
            /// Takes the input of a service's start, or of the run before.
            #[init]
            #[must_use]
            pub fn new(
                _context: &temporalio_sdk::WorkflowContextView,
                memory: $crate::memory::Memory<$procedure>,
            ) -> Self {
                Self { memory }
            }

            /// The story. It ends when nothing is left to wait for, or when an operator cancels it.
            ///
            /// # Errors
            /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
            #[run(name = lotse_kernel::workflow::WorkflowType::$name.code())]
            pub async fn run(
                context: &mut temporalio_sdk::WorkflowContext<Self>,
            ) -> temporalio_sdk::WorkflowResult<()> {
                $crate::life::live(context).await
            }

            /// Notes that something happened; what it was, the owning service tells.
            #[signal(name = lotse_kernel::workflow::WAKE_SIGNAL)]
            pub fn wake(
                &mut self,
                context: &mut temporalio_sdk::SyncWorkflowContext<Self>,
                payload: temporalio_common::data_converters::RawValue,
            ) {
                self.memory.pulse.hear(payload, context.headers());
            }

            /// The instant it rests until, for time travel and the doctor.
            #[query(name = lotse_kernel::workflow::NEXT_WAKE_QUERY)]
            #[must_use]
            pub fn next_wake(
                &self,
                _context: &temporalio_sdk::WorkflowContextView,
            ) -> Option<$crate::life::Timestamp> {
                self.memory.rests_until
            }
        }

        impl $crate::life::Remembering for $name {
            type Procedure = $procedure;

            fn memory(&self) -> &$crate::memory::Memory<$procedure> {
                &self.memory
            }

            fn memory_mut(&mut self) -> &mut $crate::memory::Memory<$procedure> {
                &mut self.memory
            }
        }
    };
}

pub(crate) use story;
