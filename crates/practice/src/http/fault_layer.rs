//! Where a fault switch meets a call: refused, hung, cut off, or carried out behind the client's back.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::answer::oauth_error;
use super::reply::{HangUp, ReplySlot, watched};
use crate::app::Shared;
use crate::faults::{Fault, FaultKind, Operation};
use crate::refusal::{Code, Refusal};

const LATE_DEFAULT_MS: u32 = 1_500;

/// Passes a call on, through the switch that fits it if there is one.
pub async fn pass(
    app: &Shared,
    operation: Operation,
    account: Option<String>,
    request: Request,
    next: Next,
) -> Response {
    match app.take_fault(operation, account).await {
        Err(refusal) => refusal.into_response(),
        Ok(None) => watched(app, request, next).await,
        Ok(Some(fault)) => fail(app, &fault, operation, request, next).await,
    }
}

async fn fail(app: &Shared, fault: &Fault, operation: Operation, request: Request, next: Next) -> Response {
    match fault.kind {
        FaultKind::Reject if operation == Operation::Token => oauth_error(400, "invalid_grant", "refused by a switch"),
        FaultKind::Reject => Refusal::from(Code::ContentRejected).into_response(),
        FaultKind::RateLimit => Refusal::retry_after(Code::RateLimited, 2).into_response(),
        FaultKind::ServerError => Refusal::from(Code::Unavailable).into_response(),
        FaultKind::RefuseBefore => HangUp::response(),
        FaultKind::Hang => {
            let most = app.limits.hang_max_ms;
            pause(app, fault.delay_ms.unwrap_or(most).min(most)).await;
            HangUp::response()
        }
        FaultKind::LostReply => {
            // In a task of its own: the client's going away must not stop it.
            let call = tokio::spawn(next.run(withheld(request)));
            let _ = call.await;
            HangUp::response()
        }
        FaultKind::AcceptLate => {
            let most = app.limits.late_accept_ms;
            let delay_ms = fault.delay_ms.unwrap_or(LATE_DEFAULT_MS).min(most);
            let app = app.clone();
            tokio::spawn(async move {
                if pause(&app, delay_ms).await {
                    next.run(withheld(request)).await;
                }
            });
            HangUp::response()
        }
        FaultKind::Revoke => watched(app, request, next).await,
    }
}

fn withheld(mut request: Request) -> Request {
    request.extensions_mut().insert(ReplySlot::new(false));
    request
}

/// Waits; false when the network stopped first.
async fn pause(app: &Shared, delay_ms: u32) -> bool {
    tokio::select! {
        () = app.stop.cancelled() => false,
        () = tokio::time::sleep(Duration::from_millis(delay_ms.into())) => true,
    }
}
